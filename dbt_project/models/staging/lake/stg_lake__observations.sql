with

source as (

    select * from {{ source('lake', 'observations') }}

),

renamed as (

    select
        source,
        listing_kind,
        listing_date,
        status,
        pages_fetched,
        papers,
        quarantined,
        is_end_seen,
        rows_per_page,
        landed_in,
        {{ utc_timestamp('observed_at') }} as observed_at

    from source

)

select * from renamed
