{#-
F1 for anything that papers carry. `mentions` is a relation of (id_column, paper_id); windows are
days back from the last complete listing day. Only papers first listed on complete days count; with
`of_carrying`, of those the ones that carry anything at all: the hub did not always tell
organizations or authors. Gives id_column, recent_papers, expected_papers, rising_ratio, rising_eb05.
-#}
{% macro rising_ratios(mentions, id_column, recent_days, baseline_days, prior, of_carrying) %}
with

mentions as (

    select * from {{ mentions }}

),

aged as (

    select * from {{ ref('int_papers__days_ago') }}
    where
        days_ago < {{ recent_days + baseline_days }}
        {%- if of_carrying %}
        and paper_id in (select paper_id from mentions)
        {%- endif %}

),

totals as (

    select
        count(*) filter (where days_ago < {{ recent_days }}) as recent_total,
        count(*) filter (where days_ago >= {{ recent_days }}) as baseline_total

    from aged

),

counted as (

    select
        mentions.{{ id_column }},
        count(*) filter (where aged.days_ago < {{ recent_days }}) as recent_papers,
        count(*) filter (where aged.days_ago >= {{ recent_days }}) as baseline_papers

    from mentions
    inner join aged on mentions.paper_id = aged.paper_id
    group by mentions.{{ id_column }}

),

expected as (

    -- Without any paper in the baseline nothing is expected, and nothing can be said to rise.
    select
        counted.{{ id_column }},
        counted.recent_papers,
        cast(totals.recent_total as double) * counted.baseline_papers
            / nullif(totals.baseline_total, 0) as expected_papers

    from counted
    cross join totals

),

judged as (

    select
        *,
        {{ rising_ratio('recent_papers', 'expected_papers', prior) }} as rising_ratio,
        {{ rising_eb05('recent_papers', 'expected_papers', prior) }} as rising_eb05

    from expected

)

select * from judged
{% endmacro %}

{#- The same with is_rising: enough papers, and surely more than expected. -#}
{% macro rising(mentions, id_column, recent_days, baseline_days, prior, min_papers) %}
select
    *,
    coalesce(recent_papers >= {{ min_papers }} and rising_eb05 > 1, false) as is_rising

from (
    {{ rising_ratios(mentions, id_column, recent_days, baseline_days, prior, of_carrying=true) }}
) as ratios
{% endmacro %}
