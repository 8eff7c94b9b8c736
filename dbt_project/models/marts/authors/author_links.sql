-- Each name's persons, beside the one of them with most papers: few rows even for common names.
with

names as (

    select * from {{ ref('int_authors__names') }}

),

-- Persons are counted by their numbers: ids are texts, which take more memory than there may be.
mentions as (

    select
        identified.author_number,
        names.mention_number,
        names.name_number,
        names.name_log_odds

    from {{ ref('int_authors__identified') }} as identified
    inner join names on identified.mention_number = names.mention_number
    where not identified.is_team

),

persons as (

    select
        name_number,
        author_number,
        max(name_log_odds) as name_log_odds,
        row_number() over (
            partition by name_number order by count(*) desc, min(mention_number)
        ) as place

    from mentions
    group by name_number, author_number

),

pairs as (

    select
        others.author_number,
        firsts.author_number as other_author_number,
        others.name_number,
        others.name_log_odds

    from persons as others
    inner join persons as firsts
        on others.name_number = firsts.name_number and firsts.place = 1 and others.place > 1

),

clues as (

    select distinct
        evidence.name_number,
        mentions.author_number,
        evidence.clue_number

    from {{ ref('int_authors__evidence') }} as evidence
    inner join mentions on evidence.mention_number = mentions.mention_number
    where evidence.kind = 'co-author' and evidence.name_number in (select pairs.name_number from pairs)

),

shared as (

    select
        pairs.author_number,
        pairs.other_author_number,
        count(*) as shared_coauthors

    from pairs
    inner join clues
        on pairs.name_number = clues.name_number and pairs.author_number = clues.author_number
    inner join clues as other_clues
        on
            clues.name_number = other_clues.name_number
            and clues.clue_number = other_clues.clue_number
            and pairs.other_author_number = other_clues.author_number
    group by pairs.author_number, pairs.other_author_number

),

authors as (

    select
        author_id,
        author_number

    from {{ ref('int_authors__identified') }}
    where is_oldest

),

final as (

    select
        authors.author_id,
        others.author_id as other_author_id,
        names.matched_name as shared_name,
        coalesce(shared.shared_coauthors, 0) as shared_coauthors,
        cast({{ logistic(
            'pairs.name_log_odds + case when shared.shared_coauthors > 0 then '
            ~ var('identity_coauthor_weight') ~ ' else 0 end'
        ) }} as double) as same_person_confidence,
        case
            when authors.author_id like 'hub:%' and others.author_id like 'hub:%' then 'different accounts'
            when authors.author_id like '%:%~%:%' then 'same paper'
            else 'too little evidence'
        end as kept_apart_by

    from pairs
    -- A name's number is its oldest mention's.
    inner join names on pairs.name_number = names.mention_number
    inner join authors on pairs.author_number = authors.author_number
    inner join authors as others on pairs.other_author_number = others.author_number
    left join shared
        on
            pairs.author_number = shared.author_number
            and pairs.other_author_number = shared.other_author_number

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
