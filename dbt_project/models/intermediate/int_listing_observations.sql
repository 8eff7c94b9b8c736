-- Observations of listing days, without those of made-up days once real ones are known.
with

observations as (

    select * from {{ ref('stg_lake__observations') }}

),

state as (

    select * from {{ ref('int_lake__state') }}

),

final as (

    select observations.*
    from observations
    cross join state
    where
        observations.listing_kind = 'day'
        and (observations.source <> 'demo' or not state.has_real_days)

)

select * from final
