{#-
What is true of a table's rows, in one statement, since a test costs dbt more than its SQL costs
DuckDB: the keys, each a list of columns; the rows that others refer to; and conditions, of which an
unknown (null) one passes. A failing row names the rule it breaks. A table whose keys would take more
memory than there is says how much in `times_the_lake`: then those of a part are looked at, each day
another (see `macros/parts.sql`).
-#}
{% test rows(model, keys=[], references=[], conditions=[], times_the_lake=0) %}

{% for key in keys -%}
select 'key {{ key | join(", ") }}' as broken_rule
from {{ model }}
where {{ in_part_of_today(key[0], times_the_lake) }}
group by {{ key | join(', ') }}
having count(*) > 1
{{ 'union all' if not loop.last or references or conditions }}
{% endfor %}
{%- for reference in references -%}
select 'known {{ reference.column }}' as broken_rule
from {{ model }} as referring
left join {{ reference.to }} as referred on referring.{{ reference.column }} = referred.{{ reference.field }}
where referring.{{ reference.column }} is not null and referred.{{ reference.field }} is null
{{ 'union all' if not loop.last or conditions }}
{% endfor %}
{%- if conditions -%}
select
    case
        {% for condition in conditions -%}
        when not ({{ condition }}) then '{{ condition | replace("'", "''") }}'
        {% endfor -%}
    end as broken_rule
from {{ model }}
where
    {% for condition in conditions -%}
    not ({{ condition }}){{ ' or' if not loop.last }}
    {% endfor -%}
{%- endif %}

{% endtest %}
