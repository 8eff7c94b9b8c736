with

final as (

    select
        listing_date,
        observed_at,
        source,
        status,
        is_end_seen,
        pages_fetched,
        rows_per_page,
        papers,
        quarantined,
        landed_in

    from {{ ref('int_listing_observations') }}

)

select * from final
order by listing_date, observed_at
