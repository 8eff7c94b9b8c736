-- One row a number with a written magnitude in a title or abstract, with the words around it.
-- The text is cut before each such number, so a piece is the number, a mark, and what follows it.
{%- set patterns = scale_patterns() %}
with

texts as (

    select
        paper_id,
        'title' as found_in,
        title as text

    from {{ ref('int_papers__newest_fields') }}

    union all

    select
        paper_id,
        'abstract' as found_in,
        abstract as text

    from {{ ref('int_papers__abstracts') }}

),

marked as (

    select
        paper_id,
        found_in,
        split({{ replace_all('text', patterns.span, '\\1⟦\\2⟧') }}, '⟦') as pieces

    from texts
    where text is not null

),

pieces as (

    {{ explode('marked', ['paper_id', 'found_in'], 'pieces') }}

),

neighbours as (

    select
        *,
        lag(item, 1, '') over (partition by paper_id, found_in order by position) as piece_before,
        lag(item, 2, '') over (partition by paper_id, found_in order by position) as piece_before_that

    from pieces

),

spans as (

    select
        paper_id,
        found_in,
        position,
        split_part(item, '⟧', 1) as span,
        split_part(item, '⟧', 2) as text_after,
        right(replace(concat(piece_before_that, piece_before), '⟧', ''), 60) as text_before

    from neighbours
    where item like '%⟧%'

),

final as (

    select
        *,
        {{ first_match('span', patterns.number) }} as number,
        {{ first_match('span', patterns.magnitude) }} as magnitude,
        {{ first_match('span', patterns.low_end) }} as low_number,
        {{ first_match('span', patterns.low_magnitude) }} as low_magnitude,
        -- What a number counts is told before its clause ends: "8B when limited to 300 tokens".
        {{ replace_all(
            'lower(' ~ first_match('text_after', patterns.phrase, 0) ~ ')', patterns.clause, ''
        ) }} as phrase,
        {{ matches('text_before', patterns.in_name) }} as is_in_name,
        -- "Llama 2-7B" is a model's name, not a range.
        {{ matches('text_before', patterns.in_name) }}
        or (
            {{ matches('text_before', patterns.after_name) }}
            and not {{ matches('text_before', patterns.after_plain_word) }}
        ) as is_after_name

    from spans

)

select * from final
