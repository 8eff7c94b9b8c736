{#- What else DuckDB and Spark say differently. Everything else in the models is common to both. -#}

{#- The value of the newest row of a group that has one: a null never wins over a value. -#}
{% macro newest(column, order_column='observation_number', where=none) -%}
    {{ return(adapter.dispatch('newest')(column, order_column, where or column ~ ' is not null')) }}
{%- endmacro %}

{% macro default__newest(column, order_column, where) -%}
    max_by({{ column }}, {{ order_column }}) filter (where {{ where }})
{%- endmacro %}

{#- What names one row of the listings, the newest last: found by itself, the row is then read as it
    stands, and its long text and lists need not be held for every paper at once. -#}
{% macro listing_key(relation) -%}
    {{ return(adapter.dispatch('listing_key')(relation)) }}
{%- endmacro %}

{% macro default__listing_key(relation) -%}
    struct_pack(
        {%- for column in listing_key_columns() %}
        {{ column }} := {{ relation }}.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{% macro spark__listing_key(relation) -%}
    named_struct(
        {%- for column in listing_key_columns() %}
        '{{ column }}', {{ relation }}.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{% macro listing_key_columns() -%}
    {{ return(['observed_at', 'listing_date', 'source', 'listing_kind', 'listed_paper_id']) }}
{%- endmacro %}

{#- The key of each paper's newest listing of those that a condition takes: paper_id, listing_key, observed_at. -#}
{% macro newest_listings(condition) %}
    select
        paper_id,
        max({{ listing_key('listings') }}) as listing_key,
        max(observed_at) as observed_at

    from {{ ref('int_listings') }} as listings
    where {{ condition }}
    group by paper_id
{% endmacro %}

{#- A window function over the rows that have a value. -#}
{% macro ignoring_nulls(window_function, column) -%}
    {{ return(adapter.dispatch('ignoring_nulls')(window_function, column)) }}
{%- endmacro %}

{% macro default__ignoring_nulls(window_function, column) -%}
    {{ window_function }}({{ column }} ignore nulls)
{%- endmacro %}

{% macro spark__ignoring_nulls(window_function, column) -%}
    {{ window_function }}({{ column }}) ignore nulls
{%- endmacro %}

{#- Every column of a relation but some. -#}
{% macro all_but(columns) -%}
    {{ return(adapter.dispatch('all_but')(columns)) }}
{%- endmacro %}

{% macro default__all_but(columns) -%}
    * exclude ({{ columns | join(', ') }})
{%- endmacro %}

{% macro spark__all_but(columns) -%}
    * except ({{ columns | join(', ') }})
{%- endmacro %}

{#- What a branch of a union gives, in the order of all columns: those it has, those told as `column=
    "expression"`, and null for the others. -#}
{% macro aligned(columns, given) -%}
    {%- for column in columns %}
        {{- kwargs[column] ~ ' as ' if column in kwargs else ('' if column in given else 'null as ') }}
        {{- column }}{{ ', ' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- The version of the engine that builds. -#}
{% macro engine_version() -%}
    {{ return(adapter.dispatch('engine_version')()) }}
{%- endmacro %}

{% macro default__engine_version() -%}
    version()
{%- endmacro %}
