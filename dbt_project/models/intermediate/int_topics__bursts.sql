-- F4: the weeks in which a topic bursts. Viterbi over two states needs one number a week: by how
-- much the best path that ends in the burst state costs more than the best that does not.
with recursive

costs as (

    select * from {{ ref('int_topics__burst_costs') }}

),

forward as (

    {{ burst_leads(ref('int_topics__burst_costs'), 'forward') }}

),

decided as (

    -- Traced back, a lead below zero means the burst state and one above the cost of moving up the
    -- everyday state, whatever came after; in between, the state is that of the week after.
    select
        topic,
        week_number,
        case when lead < 0 then 1 when lead > cost_of_moving_up then 0 end as decision

    from forward

),

traced as (

    select
        topic,
        week_number,
        coalesce(
            {{ ignoring_nulls('first_value', 'decision') }} over (
                partition by topic
                order by week_number
                rows between current row and unbounded following
            ), 0
        ) as state

    from decided

),

islands as (

    select
        topic,
        week_number,
        week_number - row_number() over (partition by topic order by week_number) as island

    from traced
    where state = 1

),

final as (

    select
        islands.topic,
        costs.week_start_on,
        sum(-costs.burst_extra_cost) over (partition by islands.topic, islands.island)
            as burst_weight

    from islands
    inner join costs
        on islands.topic = costs.topic and islands.week_number = costs.week_number

)

select * from final
