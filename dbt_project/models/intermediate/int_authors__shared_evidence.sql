-- What each mention has in common with its person's other mentions, weighed and in words: by itself, as
-- all evidence is looked at once.
{{ config(meta={'times_the_lake': 40}) }}
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

evidence as (

    select
        evidence.mention_number,
        evidence.kind,
        evidence.clue_number,
        evidence.weight,
        persons.person_number

    from {{ ref('int_authors__evidence') }} as evidence
    inner join {{ ref('int_authors__persons') }} as persons
        on evidence.mention_number = persons.mention_number
    where {{ in_part('persons.person_number') }}

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

final as (

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

)

select * from final
