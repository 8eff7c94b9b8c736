-- How many papers of a week, an organization or an author carry each topic: what is compared with
-- the rest, so only for those with enough papers to say anything.
{{ config(meta={'times_the_lake': 10}) }}
with

tagged as (

    select * from {{ ref('int_topics__tagged') }}

),

all_entities as (

    select
        'week' as entity_kind,
        cast({{ period_start('week', 'listed_on') }} as string) as entity_id,
        paper_id

    from {{ ref('int_papers__first_listed') }}

    union all

    select
        'organization' as entity_kind,
        organization_id as entity_id,
        paper_id

    from {{ ref('int_organizations__mentions') }}

    union all

    select
        'author' as entity_kind,
        author_id as entity_id,
        paper_id

    from {{ ref('int_authors__identified') }}

),

entities as (

    select * from all_entities
    where {{ in_part('entity_id') }}

),

large as (

    select
        entity_kind,
        entity_id

    from entities
    group by entity_kind, entity_id
    having count(*) >= {{ var('special_min_papers') }}

),

counted as (

    select
        entities.entity_kind,
        entities.entity_id,
        tagged.topic,
        count(*) as papers

    from entities
    inner join large
        on entities.entity_kind = large.entity_kind and entities.entity_id = large.entity_id
    inner join tagged on entities.paper_id = tagged.paper_id
    group by entities.entity_kind, entities.entity_id, tagged.topic

)

select * from counted
