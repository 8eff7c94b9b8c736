with

weeks as (

    select * from {{ ref('int_topics__weeks') }}

),

bursts as (

    select * from {{ ref('int_topics__bursts') }}

),

final as (

    select
        weeks.topic,
        weeks.week_start_on,
        weeks.papers,
        weeks.all_papers,
        cast(weeks.papers as double) / weeks.all_papers as share,
        greatest({{ wilson_bound('weeks.papers', 'weeks.all_papers', -1) }}, 0) as share_low,
        least({{ wilson_bound('weeks.papers', 'weeks.all_papers', 1) }}, 1) as share_high,
        weeks.upvotes,
        bursts.topic is not null as in_burst,
        bursts.burst_weight

    from weeks
    left join bursts
        on weeks.topic = bursts.topic and weeks.week_start_on = bursts.week_start_on

)

select * from final
order by topic, week_start_on
