{#-
F4: by how much the best path that ends in the burst state costs more than the best that does not, week
by week. A topic starts in its everyday state, so the first week's burst has to be moved up to; later,
down is free and up has its cost: the lead carried over lies between zero and that cost. `leads` is the
name under which the query stands in a `with recursive`; `costs` is a table, since DuckDB reads a subquery
whole in every step.
-#}
{% macro burst_leads(costs, leads) -%}
    {{ return(adapter.dispatch('burst_leads')(costs, leads)) }}
{%- endmacro %}

{% macro default__burst_leads(costs, leads) -%}
    select
        topic,
        week_number,
        cost_of_moving_up,
        cost_of_moving_up + burst_extra_cost as lead

    from {{ costs }}
    where week_number = 1

    union all

    select
        costs.topic,
        costs.week_number,
        costs.cost_of_moving_up,
        least(greatest(leads.lead, 0), costs.cost_of_moving_up) + costs.burst_extra_cost as lead

    from {{ leads }} as leads
    inner join {{ costs }} as costs
        on leads.topic = costs.topic and leads.week_number + 1 = costs.week_number
{%- endmacro %}

{#- Spark plans each step of a recursion anew; a topic's weeks fit in a list. -#}
{% macro spark__burst_leads(costs, leads) -%}
    select
        topic,
        weeks_before + 1 as week_number,
        cost_of_moving_up,
        lead

    from (
        select
            topic,
            cost_of_moving_up,
            array_sort(collect_list(named_struct('week', week_number, 'extra_cost', burst_extra_cost))) as weeks

        from {{ costs }}
        group by topic, cost_of_moving_up
    ) as listed
    lateral view posexplode(
        aggregate(
            weeks, cast(array() as array<double>), (leads, week) -> array_append(
                leads, week.extra_cost + case
                    when size(leads) = 0 then cost_of_moving_up
                    else least(greatest(element_at(leads, -1), 0), cost_of_moving_up)
                end
            )
        )
    ) as weeks_before, lead
{%- endmacro %}
