{#- Lists, which DuckDB and Spark name differently. -#}

{#- One row an item of a list column, with its place from 1: columns, then `item` and `position`. -#}
{% macro explode(relation, columns, list_column) -%}
    {{ return(adapter.dispatch('explode')(relation, columns, list_column)) }}
{%- endmacro %}

{% macro default__explode(relation, columns, list_column) -%}
    select
        {{ columns | join(', ') }},
        unnest({{ list_column }}) as item,
        cast(generate_subscripts({{ list_column }}, 1) as bigint) as position
    from {{ relation }}
{%- endmacro %}

{% macro spark__explode(relation, columns, list_column) -%}
    select
        {{ columns | join(', ') }},
        item,
        cast(zero_position + 1 as bigint) as position
    from {{ relation }}
    lateral view posexplode({{ list_column }}) as zero_position, item
{%- endmacro %}

{#- A group's values as a list in a told order; nulls are left out. Of many short lists DuckDB sorts each
    in half the time that its ordered aggregate takes. -#}
{% macro list_in_order(column, order_by) -%}
    {{ return(adapter.dispatch('list_in_order')(column, order_by)) }}
{%- endmacro %}

{% macro default__list_in_order(column, order_by) -%}
    list_transform(
        list_sort(list((({{ order_by }}), {{ column }})) filter (where {{ column }} is not null)),
        lambda placed: placed[2]
    )
{%- endmacro %}

{% macro spark__list_in_order(column, order_by) -%}
    transform(
        array_sort(
            collect_list(named_struct('place', {{ order_by }}, 'item', {{ column }}))
            filter (where {{ column }} is not null)
        ), placed -> placed.item
    )
{%- endmacro %}

{#- A group's different values as a sorted list; nulls are left out. -#}
{% macro sorted_set(column) -%}
    {{ return(adapter.dispatch('sorted_set')(column)) }}
{%- endmacro %}

{% macro default__sorted_set(column) -%}
    list_sort(list(distinct {{ column }}) filter (where {{ column }} is not null))
{%- endmacro %}

{% macro spark__sorted_set(column) -%}
    sort_array(collect_set({{ column }}))
{%- endmacro %}

{#- Values that are not null, as a list. -#}
{% macro list_of_known(values) -%}
    {{ return(adapter.dispatch('list_of_known')(values)) }}
{%- endmacro %}

{% macro default__list_of_known(values) -%}
    list_filter([{{ values }}], lambda value: value is not null)
{%- endmacro %}

{% macro spark__list_of_known(values) -%}
    array_compact(array({{ values }}))
{%- endmacro %}

{#- A list of texts as one text. -#}
{% macro join_list(column, separator) -%}
    {{ return(adapter.dispatch('join_list')(column, separator)) }}
{%- endmacro %}

{% macro default__join_list(column, separator) -%}
    array_to_string({{ column }}, '{{ separator }}')
{%- endmacro %}

{% macro spark__join_list(column, separator) -%}
    array_join({{ column }}, '{{ separator }}')
{%- endmacro %}

{#- How many items a list has. -#}
{% macro list_length(column) -%}
    {{ return(adapter.dispatch('list_length')(column)) }}
{%- endmacro %}

{% macro default__list_length(column) -%}
    len({{ column }})
{%- endmacro %}

{#- Its `size` says -1 of a list that is not there. -#}
{% macro spark__list_length(column) -%}
    array_size({{ column }})
{%- endmacro %}

{#- A list of texts without any. -#}
{% macro empty_list() -%}
    {{ return(adapter.dispatch('empty_list')()) }}
{%- endmacro %}

{% macro default__empty_list() -%}
    cast([] as varchar[])
{%- endmacro %}

{% macro spark__empty_list() -%}
    cast(array() as array<string>)
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
