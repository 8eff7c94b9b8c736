{#- On DuckDB a file for the marts, and one for all they are made from (see `profiles.yml`). -#}
{% macro duckdb__generate_database_name(custom_database_name=none, node=none) -%}
    {{ target.database if node.fqn[1] == 'marts' else 'work' }}
{%- endmacro %}
