{{ config(meta={'times_the_lake': 12}) }}
with

entity_topics as (

    select * from {{ ref('int_entity_topics') }}
    where {{ in_part('entity_id') }}

),

pooled as (

    select
        topic,
        count(*) as pooled_papers,
        sum(count(*)) over () as pooled_total

    from {{ ref('int_topics__tagged') }}
    group by topic

),

counted as (

    -- The entity (i) against the rest (j), and the prior (a) that the pooled share gives the topic.
    select
        entity_topics.entity_kind,
        entity_topics.entity_id,
        entity_topics.topic,
        entity_topics.papers as papers_here,
        sum(entity_topics.papers) over (
            partition by entity_topics.entity_kind, entity_topics.entity_id
        ) as total_here,
        pooled.pooled_papers - entity_topics.papers as papers_elsewhere,
        pooled.pooled_total,
        {{ var('special_prior_papers') }} * cast(pooled.pooled_papers as double)
        / pooled.pooled_total as prior_papers

    from entity_topics
    inner join pooled on entity_topics.topic = pooled.topic

),

compared as (

    select
        *,
        {{ log_odds(
            'papers_here', 'total_here', 'papers_elsewhere', 'pooled_total - total_here',
            'prior_papers'
        ) }} as log_odds

    from counted

),

scored as (

    select
        *,
        log_odds / sqrt(
            1 / (papers_here + prior_papers) + 1 / (papers_elsewhere + prior_papers)
        ) as z

    from compared

),

ranked as (

    select
        *,
        cast(row_number() over (
            partition by entity_kind, entity_id order by z desc, topic asc
        ) as bigint) as rank

    from scored

),

final as (

    select
        entity_kind,
        entity_id,
        topic,
        rank,
        papers_here as papers,
        log_odds,
        z

    from ranked
    where rank <= {{ var('special_top') }}

)

select * from final
order by entity_kind asc, entity_id asc, z desc
