-- One row: whether the lake holds real days, which make made-up ones invisible. A day that nobody
-- got an answer for is none, nor is one answered by something else than a listing.
with

observations as (

    select * from {{ ref('stg_lake__observations') }}
    where status in ('complete', 'empty') or papers > 0

),

state as (

    select
        coalesce(bool_or(listing_kind = 'day' and source <> 'demo'), false) as has_real_days,
        coalesce(bool_or(source = 'demo'), false) as has_demo_rows

    from observations

),

final as (

    select
        has_real_days,
        has_demo_rows and not has_real_days as has_demo_data

    from state

)

select * from final
