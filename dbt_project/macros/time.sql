{#- Instants and dates, which DuckDB and Spark name differently. -#}

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
    (unix_micros({{ to_at }}) / 1e6 - unix_micros({{ from_at }}) / 1e6) / 3600
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
