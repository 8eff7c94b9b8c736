{#-
Tables are replaced in place, in one statement with their comments. dbt-duckdb's own materialization
builds beside the old table and renames twice, for readers who must never miss it: three statements
and transactions more a model. Nobody but dbt reads the build database.
-#}
{% materialization table, adapter='duckdb' %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing is not none and not existing.is_table -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') -%}
        {{ replace_table(target, compiled_code) }}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#- A model's table with its contract and, where they are persisted, its comments; in parts, if it would
    take more memory than there is (see `parts.sql`). -#}
{% macro replace_table(relation, sql) -%}
    {%- set parts = parts_of(config.get('meta').get('times_the_lake', 0)) -%}
    {%- set contract = config.get('contract').enforced -%}
    {%- if contract -%}
        {{ get_assert_columns_equivalent(sql) }}
        create or replace table {{ relation }} {{ get_table_columns_and_constraints() }};
        {%- set sql = get_select_subquery(sql) -%}
    {%- endif -%}
    {%- for part in range(parts) %}
        {{ begin_part(part, parts) }}
        {{
            'create or replace table ' ~ relation ~ ' as' if loop.first and not contract
            else 'insert into ' ~ relation ~ ' ' ~ (get_column_names() if contract else '')
        }} ({{ sql }});
    {%- endfor %}
    {%- if config.persist_relation_docs() -%}
        {{ alter_relation_comment(relation, model.description) }}
    {%- endif -%}
    {%- if config.persist_column_docs() -%}
        {%- for column in model.columns.values() -%}
            comment on column {{ relation }}.{{ column.name }} is {{ duckdb_escape_comment(column.description) }};
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
