{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'paper_observations'}}}) }}

-- A count fell within the last two weeks of observations. It happens, and is kept as it is.
with

observations as (

    select
        paper_id,
        observed_at,
        upvotes,
        upvotes_change

    from {{ ref('paper_observations') }}

),

newest as (

    select cast(max(observed_at) as date) as observed_on from observations

)

select observations.*

from observations
cross join newest
where
    observations.upvotes_change < 0
    and {{ days_between('cast(observations.observed_at as date)', 'newest.observed_on') }} <= 14
