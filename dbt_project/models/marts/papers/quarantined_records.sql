with

quarantined as (

    select * from {{ ref('stg_lake__quarantined_records') }}

),

final as (

    select
        source,
        landed_in,
        place,
        reason,
        min(first_seen_at) as first_seen_at

    from quarantined
    group by source, landed_in, place, reason

)

select * from final
