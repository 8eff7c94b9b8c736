{#-
A table whose making would take more memory than there is, and that DuckDB can't spill or spills at great
cost, is made in parts. Its model is configured with `meta={'times_the_lake': ...}`, the memory it would
take at once in sizes of the lake, and says by `in_part` which rows a part reads. Spark's executors take
their parts by themselves.
-#}

{#- How many parts fit in memory of what takes it so many times the lake's size. -#}
{% macro parts_of(times_the_lake) -%}
    {%- set needed = times_the_lake * env_var('PAPERTIDE_LAKE_IN_MEMORY', '0') | float -%}
    {{ return([1, needed | round(0, 'ceil') | int] | max) }}
{%- endmacro %}

{#- The hashes of one part, as a pair. -#}
{% macro hashes_of(part, parts) -%}
    {{ return((2 ** 64 * part // parts, 2 ** 64 * (part + 1) // parts - 1)) }}
{%- endmacro %}

{#- From here on the connection makes one part. -#}
{% macro begin_part(part, parts) -%}
    {%- set first, last = hashes_of(part, parts) -%}
    set variable first_hash = {{ first }}::ubigint;
    set variable last_hash = {{ last }}::ubigint;
{%- endmacro %}

{#- Whether a row belongs to the part that is made now: rows of one value do together. -#}
{% macro in_part(value) -%}
    {{ return(adapter.dispatch('in_part')(value)) }}
{%- endmacro %}

{#- A comparison, which DuckDB takes down to where rows are read and expects to leave few, unlike a
    remainder. Nobody has begun a part where a query runs by itself: in a test of a model, or by hand. -#}
{% macro default__in_part(value) -%}
    hash({{ value }}) between coalesce(getvariable('first_hash'), 0::ubigint)
    and coalesce(getvariable('last_hash'), {{ 2 ** 64 - 1 }}::ubigint)
{%- endmacro %}

{% macro spark__in_part(value) -%}
    true
{%- endmacro %}

{#- The same for one part of many, which is another one the next day; Spark is told of no parts. -#}
{% macro in_part_of_today(value, times_the_lake) -%}
    {%- set parts = parts_of(times_the_lake) -%}
    {%- set first, last = hashes_of(run_started_at.toordinal() % parts, parts) -%}
    {{ 'true' if parts == 1 else 'hash(' ~ value ~ ') between ' ~ first ~ ' and ' ~ last }}
{%- endmacro %}
