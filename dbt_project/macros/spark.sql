{#- What dbt needs on Spark beyond its adapter: the lake as tables, types, seeds. Nothing of this runs
    on DuckDB. -#}

{#- Before a run: the lake's datasets as tables. DuckDB reads the files where they are. -#}
{% macro declare_lake() -%}
    {{ return(adapter.dispatch('declare_lake')()) }}
{%- endmacro %}

{% macro default__declare_lake() -%}
{%- endmacro %}

{% macro spark__declare_lake() -%}
    {%- if execute -%}
        {%- set lake = spark_folder(
            env_var('PAPERTIDE_LAKE_URL', '') or env_var('PAPERTIDE_HOME', '../data') ~ '/lake'
        ) -%}
        {%- do run_query('create schema if not exists lake') -%}
        {%- for dataset in graph.sources.values() -%}
            {%- set columns = [] -%}
            {%- for column in dataset.columns.values() -%}
                {%- do columns.append(column.name ~ ' ' ~ spark_type(column.data_type)) -%}
            {%- endfor -%}
            {%- do run_query('drop table if exists lake.' ~ dataset.name) -%}
            {%- do run_query(
                'create table lake.' ~ dataset.name ~ ' (' ~ columns | join(', ') ~ ') using parquet options ('
                ~ "path '" ~ lake ~ '/' ~ dataset.name ~ "', recursiveFileLookup 'true')"
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{#- Spark's address of a folder: pyarrow's parameters are left out, a cluster has its own. -#}
{% macro spark_folder(address) -%}
    {{ address.split('?')[0].rstrip('/') | replace('s3://', 's3a://') }}
{%- endmacro %}

{#- Spark's name of a type that a contract or a source names as DuckDB does. -#}
{% macro spark_type(data_type) -%}
    {%- if data_type.endswith('[]') -%}
        array<{{ spark_type(data_type[:-2]) }}>
    {%- elif data_type.startswith('struct(') -%}
        struct<{{ spark_type(data_type[7:-1]) }}>
    {%- else -%}
        {{ data_type | replace('varchar', 'string') | replace('timestamptz', 'timestamp') }}
    {%- endif -%}
{%- endmacro %}

{#- Overrides dbt's: contracts are compared with a query of such casts. -#}
{% macro spark__cast(field, type) -%}
    cast({{ field }} as {{ spark_type(type) }})
{%- endmacro %}

{#- Overrides dbt-spark's, whose session writes texts without escaping them. -#}
{% macro spark__load_csv_rows(model, agate_table) -%}
    {%- set rows = [] -%}
    {%- for row in agate_table.rows -%}
        {%- set values = [] -%}
        {%- for value in row -%}
            {%- do values.append(
                'null' if value is none
                else "'" ~ (value | string | replace('\\', '\\\\') | replace("'", "\\'")) ~ "'"
            ) -%}
        {%- endfor -%}
        {%- do rows.append('(' ~ values | join(', ') ~ ')') -%}
    {%- endfor -%}
    {%- set sql = 'insert into ' ~ this ~ ' values ' ~ rows | join(', ') -%}
    {%- if rows -%}
        {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {%- endif -%}
    {{ return(sql) }}
{%- endmacro %}
