{#- Windows of the leaderboards, in months; the marts' contracts name a column for each. -#}
{% macro leaderboard_months() -%}
    {{ return([12, 3]) }}
{%- endmacro %}

{#-
What a person or organization did in the months a leaderboard shows: the newest month of all papers
and those before it. `months` is a relation of (id_column, month_start_on, papers, upvotes).
Gives id_column and papers_N_months, upvotes_N_months; one row an id with any paper in that time.
-#}
{% macro recent_months(months, id_column) %}
    select
        {{ id_column }},
        {% for window in leaderboard_months() -%}
        cast(sum(case when months_ago < {{ window }} then papers else 0 end) as bigint)
            as papers_{{ window }}_months,
        cast(sum(case when months_ago < {{ window }} then upvotes else 0 end) as bigint)
            as upvotes_{{ window }}_months{{ ',' if not loop.last }}
        {% endfor %}
    from (
        select
            months.{{ id_column }},
            months.papers,
            months.upvotes,
            12 * (year(newest.month_start_on) - year(months.month_start_on))
            + month(newest.month_start_on) - month(months.month_start_on) as months_ago
        from {{ months }} as months
        cross join (select max(month_start_on) as month_start_on from {{ months }}) as newest
    ) as aged
    where months_ago < {{ leaderboard_months() | max }}
    group by {{ id_column }}
{% endmacro %}
