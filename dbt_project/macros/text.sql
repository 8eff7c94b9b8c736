{#- Folding of strangers' text, so that two spellings of one thing compare equal. -#}

{#- White space and line breaks folded to single spaces, stripped; empty becomes null. -#}
{% macro clean_text(column) -%}
    nullif(trim({{ replace_all(column, '\\s+', ' ') }}), '')
{%- endmacro %}

{#- A title or name without case, punctuation and accents' spelling differences. -#}
{% macro fold_text(column) -%}
    {{ return(adapter.dispatch('fold_text')(column)) }}
{%- endmacro %}

{% macro default__fold_text(column) -%}
    nullif(trim(regexp_replace(lower(nfc_normalize({{ column }})), '[^\p{L}\p{N}]+', ' ', 'g')), '')
{%- endmacro %}

{% macro spark__fold_text(column) -%}
    nullif(trim(regexp_replace(lower({{ column }}), r'[^\p{L}\p{N}]+', ' ')), '')
{%- endmacro %}

{#- Only http and https addresses without white space are links; anything else is null. -#}
{% macro safe_url(column) -%}
    case when {{ matches('lower(' ~ column ~ ')', '^https?://[^\\s]+$') }} then {{ column }} end
{%- endmacro %}

{#- `owner/repo` of a GitHub address, or null. -#}
{% macro github_repository(column) -%}
    nullif(
        regexp_replace(
            regexp_extract(
                {{ replace_all(column, '\\s+', '') }},
                '(?i)^(?:https?://)?(?:www\.)?github\.com/+([\w-]+/+[\w.-]+)', 1
            ),
            '(/)/+|\.git$', '\1'
        ),
        ''
    )
{%- endmacro %}

{#- A phrase or text as the words topics are compared by: no case, punctuation or plural endings. -#}
{% macro topic_key(column) -%}
    {%- set words -%} trim({{ replace_all('lower(' ~ column ~ ')', '[^\\p{L}\\p{N}+#]+', ' ') }}) {%- endset -%}
    {%- set singular -%} {{ replace_all(words, 'ies\\b', 'y') }} {%- endset -%}
    {{ replace_all(singular, '([a-hj-rtv-z])s\\b', '\\1') }}
{%- endmacro %}

{#- The different words of a text of single spaces, as a list. -#}
{% macro distinct_words(column) -%}
    {{ return(adapter.dispatch('distinct_words')(column)) }}
{%- endmacro %}

{% macro default__distinct_words(column) -%}
    list_distinct(string_split({{ column }}, ' '))
{%- endmacro %}

{% macro spark__distinct_words(column) -%}
    array_distinct(split({{ column }}, ' '))
{%- endmacro %}
