{#- Every condition is true of every row; an unknown (null) one passes. -#}
{% test holds(model, conditions) %}

select
    case
        {% for condition in conditions -%}
        when not ({{ condition }}) then '{{ condition | replace("'", "''") }}'
        {% endfor -%}
    end as broken_rule,
    *

from {{ model }}
where
    {% for condition in conditions -%}
    not ({{ condition }}){{ ' or' if not loop.last }}
    {% endfor -%}

{% endtest %}
