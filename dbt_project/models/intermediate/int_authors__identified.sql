-- One row a mention: the person it is taken for, how that was found, how sure it is, and what it has
-- in common with that person's other mentions.
with

names as (

    select * from {{ ref('int_authors__names') }}

),

persons as (

    select * from {{ ref('int_authors__persons') }}

),

evidence as (

    select
        evidence.*,
        persons.person_number

    from {{ ref('int_authors__evidence') }} as evidence
    inner join persons on evidence.mention_number = persons.mention_number

),

shared as (

    select
        person_number,
        kind,
        clue_number,
        count(*) as mentions

    from evidence
    group by person_number, kind, clue_number
    having count(*) > 1

),

kinds as (

    select
        evidence.mention_number,
        evidence.kind,
        max(evidence.weight) as weight,
        count(*) as clues,
        -- The clue that most mentions share, the oldest of several.
        max_by(evidence.clue_number, (shared.mentions, -evidence.clue_number)) as clue_number

    from evidence
    inner join shared
        on
            evidence.person_number = shared.person_number
            and evidence.kind = shared.kind
            and evidence.clue_number = shared.clue_number
    group by evidence.mention_number, evidence.kind

),

worded as (

    select
        kinds.mention_number,
        kinds.kind,
        kinds.weight,
        kinds.kind
        || ' '
        || case kinds.kind
            when 'co-author' then names.folded_name
            when 'submitter' then names.submitter_username
            else names.organization_id
        end
        || case when kinds.clues > 1 then ' and ' || (kinds.clues - 1) || ' more' else '' end
            as evidence

    from kinds
    inner join names on kinds.clue_number = names.mention_number

),

weighed as (

    select
        mention_number,
        sum(weight) as weight,
        {{ list_in_order('evidence', 'kind') }} as evidence

    from worded
    group by mention_number

),

counted as (

    select
        persons.*,
        names.mentions_of_name,
        names.author_line_id,
        names.name,
        names.folded_name,
        names.is_hidden,
        names.is_team,
        names.name_log_odds,
        weighed.weight,
        weighed.evidence

    from persons
    inner join names on persons.mention_number = names.mention_number
    left join weighed on persons.mention_number = weighed.mention_number

),

told as (

    select
        paper_id,
        position,
        author_line_id,
        name,
        folded_name,
        is_hidden,
        is_team,
        author_id,
        case when author_id like 'hub:%' then substr(author_id, 5) end as hub_username,
        case
            when certain_method is not null then certain_method
            when weight is not null then 'shared evidence'
            when mentions_of_person > 1 then 'rare name'
            when mentions_of_name = 1 then 'only mention'
            else 'kept apart'
        end as identity_method,
        cast(case
            when certain_method in ('hub username', 'submitter') then {{ var('identity_account_confidence') }}
            when certain_method is not null then 1
            when weight is not null then {{ logistic('name_log_odds + weight') }}
            when mentions_of_person > 1 then {{ logistic('name_log_odds') }}
            when mentions_of_name = 1 then 1
            else 1 - {{ logistic('name_log_odds') }}
        end as double) as identity_confidence,
        evidence

    from counted

),

final as (

    select
        *,
        -- The strongest method first.
        case identity_method
            {%- for method in [
                'reviewed', 'hub username', 'submitter', 'team', 'shared evidence', 'rare name',
                'only mention', 'kept apart', 'same paper'
            ] %}
            when '{{ method }}' then {{ loop.index }}
            {%- endfor %}
        end as identity_place

    from told

)

select * from final
