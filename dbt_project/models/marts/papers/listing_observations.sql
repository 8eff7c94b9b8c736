with

observations as (

    select * from {{ ref('stg_lake__observations') }}

),

state as (

    select * from {{ ref('int_lake__state') }}

),

final as (

    select
        observations.listing_date,
        observations.observed_at,
        observations.source,
        observations.status,
        observations.is_end_seen,
        observations.pages_fetched,
        observations.rows_per_page,
        observations.papers,
        observations.quarantined,
        observations.landed_in

    from observations
    cross join state
    where
        observations.listing_kind = 'day'
        and (observations.source <> 'demo' or not state.has_real_days)

)

select * from final
order by listing_date, observed_at
