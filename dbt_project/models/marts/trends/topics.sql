with

tagged as (

    select * from {{ ref('int_topics__tagged') }}

),

measures as (

    select * from {{ ref('int_papers__measures') }}

),

rising as (

    select * from {{ ref('int_topics__rising') }}

),

counted as (

    select
        tagged.topic,
        count(*) as papers,
        min(measures.dated_on) as first_seen_on,
        max(measures.dated_on) as last_seen_on,
        median(measures.upvotes) as upvotes_median

    from tagged
    inner join measures on tagged.paper_id = measures.paper_id
    group by tagged.topic

),

final as (

    select
        counted.topic,
        counted.papers,
        counted.first_seen_on,
        counted.last_seen_on,
        counted.upvotes_median,
        coalesce(rising.is_rising, false) as is_rising,
        rising.recent_papers,
        rising.expected_papers,
        rising.rising_ratio,
        rising.rising_eb05,
        rising.forecast_papers,
        rising.rising_score,
        cast(rising.rising_rank as bigint) as rising_rank

    from counted
    left join rising on counted.topic = rising.topic

)

select * from final
