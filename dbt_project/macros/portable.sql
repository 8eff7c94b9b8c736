{#- What DuckDB and Spark say differently. Everything else in the models is common to both. -#}

{#- The value of the newest row of a group that has one: a null never wins over a value. -#}
{% macro newest(column, order_column='observation_number', where=none) -%}
    {{ return(adapter.dispatch('newest')(column, order_column, where or column ~ ' is not null')) }}
{%- endmacro %}

{% macro default__newest(column, order_column, where) -%}
    max_by({{ column }}, {{ order_column }}) filter (where {{ where }})
{%- endmacro %}

{#- An instant as a UTC timestamp without a zone, the same in every session. -#}
{% macro utc_timestamp(column) -%}
    {{ return(adapter.dispatch('utc_timestamp')(column)) }}
{%- endmacro %}

{% macro default__utc_timestamp(column) -%}
    ({{ column }} at time zone 'UTC')
{%- endmacro %}

{% macro spark__utc_timestamp(column) -%}
    to_utc_timestamp({{ column }}, current_timezone())
{%- endmacro %}

{#- One row an item of a list column, with its place from 1: columns, then `item` and `position`. -#}
{% macro explode(relation, columns, list_column) -%}
    {{ return(adapter.dispatch('explode')(relation, columns, list_column)) }}
{%- endmacro %}

{% macro default__explode(relation, columns, list_column) -%}
    select
        {{ columns | join(', ') }},
        unnest({{ list_column }}) as item,
        cast(generate_subscripts({{ list_column }}, 1) as bigint) as position
    from {{ relation }}
{%- endmacro %}

{% macro spark__explode(relation, columns, list_column) -%}
    select
        {{ columns | join(', ') }},
        item,
        cast(zero_position + 1 as bigint) as position
    from {{ relation }}
    lateral view posexplode({{ list_column }}) as zero_position, item
{%- endmacro %}

{#- A group's values as a list in a told order; nulls are left out. -#}
{% macro list_in_order(column, order_by) -%}
    {{ return(adapter.dispatch('list_in_order')(column, order_by)) }}
{%- endmacro %}

{% macro default__list_in_order(column, order_by) -%}
    list({{ column }} order by {{ order_by }}) filter (where {{ column }} is not null)
{%- endmacro %}

{#- Every match of a pattern replaced. -#}
{% macro replace_all(text, pattern, replacement) -%}
    {{ return(adapter.dispatch('replace_all')(text, pattern, replacement)) }}
{%- endmacro %}

{% macro default__replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{% macro spark__replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, r'{{ pattern }}', '{{ replacement | replace("\\", "$") }}')
{%- endmacro %}

{#- Whole days from one date to another. -#}
{% macro days_between(from_date, to_date) -%}
    {{ return(adapter.dispatch('days_between')(from_date, to_date)) }}
{%- endmacro %}

{% macro default__days_between(from_date, to_date) -%}
    date_diff('day', {{ from_date }}, {{ to_date }})
{%- endmacro %}

{% macro spark__days_between(from_date, to_date) -%}
    datediff({{ to_date }}, {{ from_date }})
{%- endmacro %}

{#- Hours, with fractions, from one timestamp to another. -#}
{% macro hours_between(from_at, to_at) -%}
    {{ return(adapter.dispatch('hours_between')(from_at, to_at)) }}
{%- endmacro %}

{% macro default__hours_between(from_at, to_at) -%}
    (epoch({{ to_at }}) - epoch({{ from_at }})) / 3600.0
{%- endmacro %}

{% macro spark__hours_between(from_at, to_at) -%}
    (unix_micros({{ to_at }}) - unix_micros({{ from_at }})) / 3600000000.0
{%- endmacro %}

{#- One row a day between two dates of a one-row relation: `day_on`. -#}
{% macro days_of(relation, first_column, last_column) -%}
    {{ return(adapter.dispatch('days_of')(relation, first_column, last_column)) }}
{%- endmacro %}

{% macro default__days_of(relation, first_column, last_column) -%}
    select cast(unnest(generate_series({{ first_column }}, {{ last_column }}, interval 1 day)) as date) as day_on
    from {{ relation }}
    where {{ first_column }} is not null
{%- endmacro %}

{% macro spark__days_of(relation, first_column, last_column) -%}
    select explode(sequence({{ first_column }}, {{ last_column }}, interval 1 day)) as day_on
    from {{ relation }}
    where {{ first_column }} is not null
{%- endmacro %}

{#- Monday 1 to Sunday 7. -#}
{% macro iso_weekday(column) -%}
    {{ return(adapter.dispatch('iso_weekday')(column)) }}
{%- endmacro %}

{% macro default__iso_weekday(column) -%}
    isodow({{ column }})
{%- endmacro %}

{% macro spark__iso_weekday(column) -%}
    (weekday({{ column }}) + 1)
{%- endmacro %}

{#- The first day of the week or month a date is in. -#}
{% macro period_start(period, column) -%}
    cast(date_trunc('{{ period }}', {{ column }}) as date)
{%- endmacro %}

{#- A group's different values as a sorted list; nulls are left out. -#}
{% macro sorted_set(column) -%}
    {{ return(adapter.dispatch('sorted_set')(column)) }}
{%- endmacro %}

{% macro default__sorted_set(column) -%}
    list_sort(list(distinct {{ column }}) filter (where {{ column }} is not null))
{%- endmacro %}

{% macro spark__sorted_set(column) -%}
    sort_array(collect_set({{ column }}))
{%- endmacro %}

{#- The version of the engine that builds. -#}
{% macro engine_version() -%}
    {{ return(adapter.dispatch('engine_version')()) }}
{%- endmacro %}

{% macro default__engine_version() -%}
    version()
{%- endmacro %}

{#- A list of texts as one text. -#}
{% macro join_list(column, separator) -%}
    {{ return(adapter.dispatch('join_list')(column, separator)) }}
{%- endmacro %}

{% macro default__join_list(column, separator) -%}
    array_to_string({{ column }}, '{{ separator }}')
{%- endmacro %}

{% macro spark__join_list(column, separator) -%}
    array_join({{ column }}, '{{ separator }}')
{%- endmacro %}
