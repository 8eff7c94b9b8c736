-- Each name's persons, beside the one of them with most papers: few rows even for common names.
with

mentions as (

    select
        identified.author_id,
        names.matched_name,
        names.mention_number,
        names.name_number,
        names.name_log_odds

    from {{ ref('int_authors__identified') }} as identified
    inner join {{ ref('int_authors__names') }} as names
        on identified.mention_number = names.mention_number
    where not identified.is_team

),

persons as (

    select
        matched_name,
        author_id,
        max(name_log_odds) as name_log_odds,
        count(*) as mentions,
        row_number() over (
            partition by matched_name order by count(*) desc, min(mention_number)
        ) as place

    from mentions
    group by matched_name, author_id

),

clues as (

    select distinct
        mentions.matched_name,
        mentions.author_id,
        evidence.clue_number

    from {{ ref('int_authors__evidence') }} as evidence
    inner join mentions on evidence.mention_number = mentions.mention_number
    where evidence.kind = 'co-author'

),

pairs as (

    select
        others.author_id,
        firsts.author_id as other_author_id,
        others.matched_name,
        others.name_log_odds

    from persons as others
    inner join persons as firsts
        on others.matched_name = firsts.matched_name and firsts.place = 1 and others.place > 1

),

shared as (

    select
        pairs.author_id,
        pairs.other_author_id,
        count(*) as shared_coauthors

    from pairs
    inner join clues
        on pairs.matched_name = clues.matched_name and pairs.author_id = clues.author_id
    inner join clues as other_clues
        on
            clues.matched_name = other_clues.matched_name
            and clues.clue_number = other_clues.clue_number
            and pairs.other_author_id = other_clues.author_id
    group by pairs.author_id, pairs.other_author_id

),

final as (

    select
        pairs.author_id,
        pairs.other_author_id,
        pairs.matched_name as shared_name,
        coalesce(shared.shared_coauthors, 0) as shared_coauthors,
        cast({{ logistic(
            'pairs.name_log_odds + case when shared.shared_coauthors > 0 then '
            ~ var('identity_coauthor_weight') ~ ' else 0 end'
        ) }} as double) as same_person_confidence,
        case
            when pairs.author_id like 'hub:%' and pairs.other_author_id like 'hub:%' then 'different accounts'
            when pairs.author_id like '%:%~%:%' then 'same paper'
            else 'too little evidence'
        end as kept_apart_by

    from pairs
    left join shared
        on pairs.author_id = shared.author_id and pairs.other_author_id = shared.other_author_id

)

select
    author_id,
    other_author_id,
    min(shared_name) as shared_name,
    max(shared_coauthors) as shared_coauthors,
    max(same_person_confidence) as same_person_confidence,
    min(kept_apart_by) as kept_apart_by

from final
group by author_id, other_author_id
