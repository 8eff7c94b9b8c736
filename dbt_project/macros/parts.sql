{#-
A table whose making would take more memory than there is, and that DuckDB can't spill or spills at great
cost, is made in parts. Its model is configured with `meta={'times_the_lake': ...}`, the memory it would
take at once in sizes of the lake, and says by `in_part` which rows a part reads. Spark's executors take
their parts by themselves.
-#}

{#- In how many parts the model at hand is made. -#}
{% macro parts_to_make() -%}
    {%- set times = config.get('meta').get('times_the_lake', 0) -%}
    {{ return([1, (times * env_var('PAPERTIDE_LAKE_IN_MEMORY', '0') | float) | round(0, 'ceil') | int] | max) }}
{%- endmacro %}

{#- From here on the connection makes one part. -#}
{% macro begin_part(part, parts) -%}
    set variable part = {{ part }}::bigint;
    set variable parts = {{ parts }}::bigint;
{%- endmacro %}

{#- Whether a row belongs to the part that is made now: rows of one value of a column do together. -#}
{% macro in_part(column) -%}
    {{ return(adapter.dispatch('in_part')(column)) }}
{%- endmacro %}

{#- Not by the hash's lowest bits, nor its highest: DuckDB's own joins and groups part rows by them. -#}
{% macro default__in_part(column) -%}
    cast(hash({{ column }}) >> 32 as bigint) % {{ parts() }} = {{ part() }}
{%- endmacro %}

{% macro spark__in_part(column) -%}
    true
{%- endmacro %}

{#- The same, where numbers that follow each other do together, so that their rows stand side by side. -#}
{% macro in_part_by_runs(number) -%}
    {{ return(adapter.dispatch('in_part_by_runs')(number)) }}
{%- endmacro %}

{% macro default__in_part_by_runs(number) -%}
    {{ number }} // 1024 % {{ parts() }} = {{ part() }}
{%- endmacro %}

{% macro spark__in_part_by_runs(number) -%}
    true
{%- endmacro %}

{#- Nobody has begun a part where a query runs by itself: in a test of a model, or by hand. -#}
{% macro part() -%}
    coalesce(getvariable('part'), 0::bigint)
{%- endmacro %}

{% macro parts() -%}
    coalesce(getvariable('parts'), 1::bigint)
{%- endmacro %}
