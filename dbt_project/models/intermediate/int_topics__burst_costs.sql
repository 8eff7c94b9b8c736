-- F4: what each week says for the burst state against the everyday one, and what moving up costs.
-- The binomial coefficient is the same in both states and cancels.
with

weeks as (

    select * from {{ ref('int_topics__weeks') }}

),

rates as (

    select
        topic,
        cast(sum(papers) as double) / sum(all_papers) as everyday_rate,
        count(*) as weeks

    from weeks
    group by topic
    having sum(papers) > 0

),

states as (

    select
        topic,
        everyday_rate,
        -- Twice the everyday rate, and never certainty, whose cost would be infinite.
        least({{ var('burst_rate_ratio') }} * everyday_rate, 0.9999) as burst_rate,
        {{ var('burst_gamma') }} * ln(weeks) as cost_of_moving_up

    from rates
    where everyday_rate < 0.9999

),

final as (

    select
        weeks.topic,
        weeks.week_start_on,
        weeks.week_number,
        states.cost_of_moving_up,
        -(
            weeks.papers * ln(states.burst_rate / states.everyday_rate)
            + (weeks.all_papers - weeks.papers)
            * ln((1 - states.burst_rate) / (1 - states.everyday_rate))
        ) as burst_extra_cost

    from weeks
    inner join states on weeks.topic = states.topic

)

select * from final
