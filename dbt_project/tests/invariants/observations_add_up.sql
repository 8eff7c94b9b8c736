{{ config(meta={'dagster': {'ref': {'name': 'paper_observations'}}}) }}

-- A paper says how often it was observed, and has that many rows.
with

counted as (

    select
        paper_id,
        count(*) as observations

    from {{ ref('paper_observations') }}
    group by paper_id

)

select
    papers.paper_id,
    papers.observations,
    counted.observations as counted

from {{ ref('papers') }} as papers
left join counted on papers.paper_id = counted.paper_id
where papers.observations <> coalesce(counted.observations, 0)
