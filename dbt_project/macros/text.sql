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

{#- One row a word of a text of single spaces: columns, then `word` and `next_word`, null after the last. -#}
{% macro word_pairs(relation, columns, text_column) -%}
    {{ return(adapter.dispatch('word_pairs')(relation, columns, text_column)) }}
{%- endmacro %}

{% macro default__word_pairs(relation, columns, text_column) -%}
    select
        {{ columns | join(', ') }},
        unnest(text_words) as word,
        unnest(text_words[2:]) as next_word
    from (select *, string_split({{ text_column }}, ' ') as text_words from {{ relation }}) as split
{%- endmacro %}

{% macro spark__word_pairs(relation, columns, text_column) -%}
    select
        {{ columns | join(', ') }},
        pair.word,
        pair.next_word
    from (select *, split({{ text_column }}, ' ') as text_words from {{ relation }}) as split
    lateral view explode(
        transform(text_words, (word, i) -> named_struct('word', word, 'next_word', get(text_words, i + 1)))
    ) as pair
{%- endmacro %}
