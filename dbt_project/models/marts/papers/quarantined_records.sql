with

quarantined as (

    select * from {{ ref('stg_lake__quarantined_records') }}

),

records as (

    -- Nothing is known of a record without its content but its place: it is no other place's.
    select
        *,
        coalesce(nullif(payload, ''), landed_in || ' ' || place) as content

    from quarantined

),

numbered as (

    select
        *,
        min(first_seen_at) over (partition by source, reason, content) as first_met_at,
        count(*) over (partition by source, reason, content) as times_seen,
        row_number() over (
            partition by source, reason, content
            order by first_seen_at desc, landed_in desc, place desc
        ) as meeting_number

    from records

),

final as (

    select
        source,
        landed_in,
        place,
        reason,
        payload,
        times_seen,
        first_met_at as first_seen_at,
        first_seen_at as last_seen_at

    from numbered
    where meeting_number = 1

)

select * from final
