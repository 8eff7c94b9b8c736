{#- Folding of strangers' text, so that two spellings of one thing compare equal. -#}

{#- Every run of spaces and of the characters of a class as one space. Most are one space already and
    are passed over: replaced each by itself, they took half the time. -#}
{% macro single_spaces(text, characters) -%}
    {{ replace_all(replace_all(text, '[' ~ characters ~ ']+', ' '), '  +', ' ') }}
{%- endmacro %}

{#- White space and line breaks folded to single spaces, stripped; empty becomes null. -#}
{% macro clean_text(column) -%}
    nullif(trim({{ single_spaces(column, '^\\S ') }}), '')
{%- endmacro %}

{#- Lower case letter by letter, whatever stands beside it. -#}
{% macro lowercase(column) -%}
    {{ return(adapter.dispatch('lowercase')(column)) }}
{%- endmacro %}

{% macro default__lowercase(column) -%}
    lower({{ column }})
{%- endmacro %}

{#- Java makes two letters of one of these and another sigma of the other at the end of a word. -#}
{% macro spark__lowercase(column) -%}
    lower(translate({{ column }}, 'İΣ', 'iσ'))
{%- endmacro %}

{#- Text with each accented letter as one character (Unicode's composed form). -#}
{% macro composed(column) -%}
    {{ return(adapter.dispatch('composed')(column)) }}
{%- endmacro %}

{% macro default__composed(column) -%}
    nfc_normalize({{ column }})
{%- endmacro %}

{% macro spark__composed(column) -%}
    try_reflect('com.ibm.icu.text.Normalizer', 'compose', {{ column }}, false)
{%- endmacro %}

{#- Text without accents. -#}
{% macro without_accents(column) -%}
    {{ return(adapter.dispatch('without_accents')(column)) }}
{%- endmacro %}

{% macro default__without_accents(column) -%}
    strip_accents({{ column }})
{%- endmacro %}

{% macro spark__without_accents(column) -%}
    {%- set taken_apart -%}
        try_reflect('com.ibm.icu.text.Normalizer', 'decompose', {{ column }}, false)
    {%- endset -%}
    {{ composed(replace_all(taken_apart, '\\p{M}+', '')) }}
{%- endmacro %}

{#- A title or name without case, punctuation and accents' spelling differences. -#}
{% macro fold_text(column) -%}
    nullif(trim({{ single_spaces(lowercase(composed(column)), '^\\p{L}\\p{N} ') }}), '')
{%- endmacro %}

{#- Only http and https addresses without white space are links; anything else is null. -#}
{% macro safe_url(column) -%}
    case when {{ matches(lowercase(column), '^https?://[^\\s]+$') }} then {{ column }} end
{%- endmacro %}

{#- `owner/repo` of a GitHub address, or null. -#}
{% macro github_repository(column) -%}
    {%- set address -%}
        {{ first_match(
            replace_all(column, '\\s+', ''),
            '(?i)^(?:https?://)?(?:www\\.)?github\\.com/+([\\w-]+/+[\\w.-]+)'
        ) }}
    {%- endset -%}
    nullif({{ replace_all(address, '(/)/+|\\.git$', '\\1') }}, '')
{%- endmacro %}

{#- Words that end in an s and are no plurals, or mean something else without it. -#}
{% macro words_kept_whole() -%}
    {{ return(
        'news|keys|lens|bias|atlas|canvas|[a-z]*(?:physics|dynamics|ethics|statistics)'
        ~ '|semantics|economics|linguistics|aesthetics|acoustics|politics|kinematics|mechanics'
    ) }}
{%- endmacro %}

{#- A phrase or text as the words topics are found by: no case, punctuation or plural endings. -#}
{% macro topic_words(column) -%}
    {%- set words -%} trim({{ single_spaces(lowercase(column), '^\\p{L}\\p{N}+# ') }}) {%- endset -%}
    {%- set singular -%} {{ replace_all(words, 'ies\\b', 'y') }} {%- endset -%}
    {{ replace_all(
        singular,
        '\\b(' ~ words_kept_whole() ~ ')\\b|(ss|x|sh|[nrt]ch|oach)es\\b|([a-hj-rtv-z])s\\b', '\\1\\2\\3'
    ) }}
{%- endmacro %}

{#- What all spellings of a topic share: its words, however they are parted. -#}
{% macro topic_key(column) -%}
    replace({{ topic_words(column) }}, ' ', '')
{%- endmacro %}

{#- A text with the values of the vars that it names in braces. -#}
{% macro with_parameters(column, names) -%}
    {%- set filled = namespace(text=column) -%}
    {%- for name in names -%}
        {%- set filled.text = 'replace(' ~ filled.text ~ ", '{" ~ name ~ "}', '" ~ var(name) ~ "')" -%}
    {%- endfor -%}
    {{ filled.text }}
{%- endmacro %}
