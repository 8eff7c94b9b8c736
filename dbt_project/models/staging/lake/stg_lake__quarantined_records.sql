with

source as (

    select * from {{ source('lake', 'quarantined_records') }}

),

renamed as (

    select
        source,
        landed_in,
        place,
        reason,
        {{ utc_timestamp('first_seen_at') }} as first_seen_at,
        payload

    from source

)

select * from renamed
