{#- Regular expressions as DuckDB (RE2) and Spark (Java) take them. Patterns keep to what both know:
    no look-around; a pattern is anchored where it has to be. -#}

{#- Whether the pattern is found in the text. -#}
{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch('matches')(text, pattern)) }}
{%- endmacro %}

{% macro default__matches(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__matches(text, pattern) -%}
    regexp_like({{ text }}, r'{{ pattern }}')
{%- endmacro %}

{#- A group of the first match, '' when there is none. -#}
{% macro first_match(text, pattern, group=1) -%}
    {{ return(adapter.dispatch('first_match')(text, pattern, group)) }}
{%- endmacro %}

{% macro default__first_match(text, pattern, group) -%}
    regexp_extract({{ text }}, '{{ pattern }}', {{ group }})
{%- endmacro %}

{% macro spark__first_match(text, pattern, group) -%}
    regexp_extract({{ text }}, r'{{ pattern }}', {{ group }})
{%- endmacro %}

{#- Every match of a pattern in a text, as a list. -#}
{% macro all_matches(text, pattern) -%}
    {{ return(adapter.dispatch('all_matches')(text, pattern)) }}
{%- endmacro %}

{% macro default__all_matches(text, pattern) -%}
    regexp_extract_all({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__all_matches(text, pattern) -%}
    regexp_extract_all({{ text }}, r'{{ pattern }}', 0)
{%- endmacro %}
