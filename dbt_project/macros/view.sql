{#-
A view among the marts: what would be a copy of another mart. It has to name no database, as each version
has a name of its own, so its model refers with `.include(database=false)` and uses its database before.
Spark's readers open the files that tables lie in, and a view has none.
-#}

{#- How such a model is materialized. -#}
{% macro view_of_marts() -%}
    {{ return(adapter.dispatch('view_of_marts')()) }}
{%- endmacro %}

{% macro default__view_of_marts() -%}
    {{ return('view') }}
{%- endmacro %}

{% macro spark__view_of_marts() -%}
    {{ return('table') }}
{%- endmacro %}

{#- Its hook. -#}
{% macro use_own_database() -%}
    {{ return(adapter.dispatch('use_own_database')()) }}
{%- endmacro %}

{% macro default__use_own_database() -%}
    use {{ this.database }}
{%- endmacro %}

{% macro spark__use_own_database() -%}
{%- endmacro %}
