{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'stg_lake__observations'}}}) }}

-- A whole observation of a day shows fewer papers than a whole one before: the hub took some back.
with

observations as (

    select
        source,
        listing_date,
        observed_at,
        papers

    from {{ ref('stg_lake__observations') }}
    where
        listing_kind = 'day'
        and status in ('complete', 'empty')

),

compared as (

    select
        *,
        lag(papers) over (partition by source, listing_date order by observed_at) as papers_before

    from observations

)

select * from compared
where papers < papers_before
