-- One row a mention: the person it is taken for, how that was found, how sure it is, and what it has
-- in common with that person's other mentions.
{{ config(meta={'times_the_lake': 20}) }}
with

names as (

    select * from {{ ref('int_authors__names') }}
    where {{ in_part('mention_number') }}

),

persons as (

    select * from {{ ref('int_authors__persons') }}
    where {{ in_part('mention_number') }}

),

shared as (

    select * from {{ ref('int_authors__shared_evidence') }}
    where {{ in_part('mention_number') }}

),

counted as (

    select
        persons.*,
        names.paper_id,
        names.position,
        names.dated_on,
        names.lines,
        names.mentions_of_name,
        names.name,
        names.is_hidden,
        names.is_team,
        names.name_log_odds,
        shared.weight,
        shared.evidence

    from persons
    inner join names on persons.mention_number = names.mention_number
    left join shared on persons.mention_number = shared.mention_number

),

told as (

    select
        paper_id,
        position,
        mention_number,
        dated_on,
        lines,
        name,
        is_hidden,
        is_team,
        author_id,
        author_number,
        mention_number = person_number as is_oldest,
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
