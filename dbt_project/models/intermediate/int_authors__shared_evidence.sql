-- What each mention has in common with its person's other mentions, weighed and in words: by itself, as
-- all evidence is looked at once.
{{ config(meta={'times_the_lake': 20}) }}
{%- set kinds = {'coauthor': 'co-author', 'organization': 'organization', 'submitter': 'submitter'} %}
{%- set clue_numbers = 4294967296 %}
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
        max({{ clue_numbers }} * shared.mentions - evidence.clue_number)
        filter (where evidence.kind = '{{ kind }}') as {{ name }}_best,
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

told as (

    select
        {% for name in kinds -%}
        {{ clue_numbers }} - {{ name }}_best % {{ clue_numbers }} as {{ name }}_clue_number,
        {{ name }}_weight,
        {{ name }}_clues,
        {% endfor -%}
        mention_number

    from weighed

),

final as (

    select
        told.mention_number,
        coalesce(told.coauthor_weight, 0)
        + coalesce(told.organization_weight, 0)
        + coalesce(told.submitter_weight, 0) as weight,
        {{ list_of_known([
            evidence_words('co-author', 'coauthors.folded_name', 'told.coauthor_clues'),
            evidence_words('organization', 'organizations.organization_id', 'told.organization_clues'),
            evidence_words('submitter', 'submitters.submitter_username', 'told.submitter_clues')
        ] | join(', ')) }} as evidence

    from told
    left join names as coauthors on told.coauthor_clue_number = coauthors.mention_number
    left join organizations on told.organization_clue_number = organizations.organization_number
    left join submitters on told.submitter_clue_number = submitters.submitter_number

)

select * from final
