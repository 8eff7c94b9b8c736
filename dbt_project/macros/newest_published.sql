{#- The rows of a table in the newest complete published version; before the first, those of now. -#}
{% macro newest_published(table, relation) -%}
    {{ return(adapter.dispatch('newest_published')(table, relation)) }}
{%- endmacro %}

{% macro default__newest_published(table, relation) -%}
    {%- set versions = [] -%}
    {%- if execute -%}
        {%- set versions = run_query(
            "select file from glob('published/papers-*.manifest.json') order by file desc limit 1"
        ).columns[0].values() -%}
    {%- endif -%}
    {%- if versions -%}
        {%- set version = versions[0].split('papers-')[-1] | replace('.manifest.json', '') -%}
        select * from read_parquet('published/{{ version }}/{{ table }}.parquet')
    {%- else -%}
        select * from {{ relation }}
    {%- endif -%}
{%- endmacro %}

{#- Versions are published from DuckDB alone. -#}
{% macro spark__newest_published(table, relation) -%}
    select * from {{ relation }}
{%- endmacro %}
