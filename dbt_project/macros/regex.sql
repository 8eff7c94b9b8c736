{#- Regular expressions as DuckDB (RE2) and Spark (Java) take them. Patterns keep to what both know:
    no look-around; a pattern is anchored where it has to be. -#}

{#- A pattern that means in Java what it means in RE2: `\b` knows ASCII words only, `$` is the very end
    of the text, and `.` misses nothing but line feeds. -#}
{% macro java_pattern(pattern) -%}
    {%- set word = '[A-Za-z0-9_]' -%}
    {%- set boundary = '(?:(?<=' ~ word ~ ')(?!' ~ word ~ ')|(?<!' ~ word ~ ')(?=' ~ word ~ '))' -%}
    {%- set at_ends = pattern | replace('\\b', boundary) | replace('|$)', '|\\z)') -%}
    r'(?d){{ modules.re.sub('(?<!\\\\)\\$$', '\\\\z', at_ends) }}'
{%- endmacro %}

{#- Whether the pattern is found in the text. -#}
{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch('matches')(text, pattern)) }}
{%- endmacro %}

{% macro default__matches(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__matches(text, pattern) -%}
    regexp_like({{ text }}, {{ java_pattern(pattern) }})
{%- endmacro %}

{#- A group of the first match, '' when there is none. -#}
{% macro first_match(text, pattern, group=1) -%}
    {{ return(adapter.dispatch('first_match')(text, pattern, group)) }}
{%- endmacro %}

{% macro default__first_match(text, pattern, group) -%}
    regexp_extract({{ text }}, '{{ pattern }}', {{ group }})
{%- endmacro %}

{% macro spark__first_match(text, pattern, group) -%}
    regexp_extract({{ text }}, {{ java_pattern(pattern) }}, {{ group }})
{%- endmacro %}

{#- Every match of a pattern in a text, as a list. -#}
{% macro all_matches(text, pattern) -%}
    {{ return(adapter.dispatch('all_matches')(text, pattern)) }}
{%- endmacro %}

{% macro default__all_matches(text, pattern) -%}
    regexp_extract_all({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__all_matches(text, pattern) -%}
    regexp_extract_all({{ text }}, {{ java_pattern(pattern) }}, 0)
{%- endmacro %}

{#- Every match of a pattern replaced. -#}
{% macro replace_all(text, pattern, replacement) -%}
    {{ return(adapter.dispatch('replace_all')(text, pattern, replacement)) }}
{%- endmacro %}

{% macro default__replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{% macro spark__replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, {{ java_pattern(pattern) }}, '{{ replacement | replace("\\", "$") }}')
{%- endmacro %}
