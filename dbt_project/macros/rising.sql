{#-
F1 for anything that papers carry. `mentions` is a relation of (id_column, paper_id); windows are
days back from the last complete listing day. Only papers first listed on complete days count, and of
those the ones that carry anything at all: the hub did not always tell organizations or keywords.
Gives id_column, recent_papers, expected_papers, rising_ratio, rising_eb05, is_rising.
-#}
{% macro rising(mentions, id_column, recent_days, baseline_days, prior, min_papers) %}
with

mentions as (

    select * from {{ mentions }}

),

aged as (

    select * from {{ ref('int_papers__days_ago') }}
    where
        days_ago < {{ recent_days + baseline_days }}
        and paper_id in (select paper_id from mentions)

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

),

final as (

    select
        *,
        coalesce(recent_papers >= {{ min_papers }} and rising_eb05 > 1, false) as is_rising

    from judged

)

select * from final
{% endmacro %}
