-- One row a mention: the person it is taken for, how that was found, how sure it is, and what it has
-- in common with that person's other mentions.
{%- set kinds = {'coauthor': 'co-author', 'organization': 'organization', 'submitter': 'submitter'} %}
with

names as (

    select * from {{ ref('int_authors__names') }}

),

papers as (

    select * from {{ ref('int_authors__papers') }}

),

organizations as (

    select distinct
        organization_number,
        organization_id

    from papers
    where organization_number is not null

),

submitters as (

    select distinct
        submitter_number,
        submitter_username

    from papers
    where submitter_number is not null

),

persons as (

    select * from {{ ref('int_authors__persons') }}

),

evidence as (

    select
        evidence.mention_number,
        evidence.kind,
        evidence.clue_number,
        evidence.weight,
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

weighed as (

    select
        {% for name, kind in kinds.items() -%}
        max(evidence.weight) filter (where evidence.kind = '{{ kind }}') as {{ name }}_weight,
        count(*) filter (where evidence.kind = '{{ kind }}') as {{ name }}_clues,
        -- The clue that most mentions share, the oldest of several: both in one number.
        max_by(
            evidence.clue_number, shared.mentions * 4294967296 - evidence.clue_number
        ) filter (where evidence.kind = '{{ kind }}') as {{ name }}_clue_number,
        {% endfor -%}
        evidence.mention_number

    from evidence
    inner join shared
        on
            evidence.person_number = shared.person_number
            and evidence.kind = shared.kind
            and evidence.clue_number = shared.clue_number
    group by evidence.mention_number

),

worded as (

    select
        weighed.mention_number,
        coalesce(weighed.coauthor_weight, 0)
        + coalesce(weighed.organization_weight, 0)
        + coalesce(weighed.submitter_weight, 0) as weight,
        {{ list_of_known([
            evidence_words('co-author', 'coauthors.folded_name', 'weighed.coauthor_clues'),
            evidence_words('organization', 'organizations.organization_id', 'weighed.organization_clues'),
            evidence_words('submitter', 'submitters.submitter_username', 'weighed.submitter_clues')
        ] | join(', ')) }} as evidence

    from weighed
    left join names as coauthors on weighed.coauthor_clue_number = coauthors.mention_number
    left join organizations on weighed.organization_clue_number = organizations.organization_number
    left join submitters on weighed.submitter_clue_number = submitters.submitter_number

),

counted as (

    select
        persons.*,
        names.mentions_of_name,
        names.name,
        names.is_hidden,
        names.is_team,
        names.name_log_odds,
        worded.weight,
        worded.evidence

    from persons
    inner join names on persons.mention_number = names.mention_number
    left join worded on persons.mention_number = worded.mention_number

),

told as (

    select
        paper_id,
        position,
        mention_number,
        name,
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
