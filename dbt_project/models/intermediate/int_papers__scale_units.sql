-- What each number with a magnitude counts: parameters, tokens, items or none of these. The first
-- telling noun after the number decides; a number followed by another ("0.6B, 4B and 8B
-- parameters") counts what the next one counts; one without a noun may be told by the words before.
{%- set nouns = scale_nouns() %}
{%- set patterns = scale_patterns() %}
{%- set noun = '\\b(' ~ nouns.values() | join('|') ~ ')\\b' %}
with

spans as (

    select * from {{ ref('int_papers__scale_spans') }}

),

measured as (

    select
        *,
        {{ scale_factor('magnitude') }} as factor,
        {{ scale_number('number') }} * {{ scale_factor('magnitude') }} as claim_value,
        -- Of "step-level pairs" the pairs are counted.
        coalesce(
            nullif({{ first_match(replace_all('phrase', patterns.compound, ''), noun) }}, ''),
            {{ first_match('phrase', noun) }}
        ) as noun

    from spans

),

told as (

    select
        *,
        case
            when {{ matches('noun', '^(' ~ nouns.parameters ~ ')$') }} then 'parameters'
            when {{ matches('noun', '^(' ~ nouns.tokens ~ ')$') }} then 'tokens'
            when {{ matches('noun', '^(' ~ nouns.lengths ~ ')$') }} then 'length'
            when {{ matches('noun', '^(' ~ nouns.models ~ ')$') }} then 'model'
            when {{ matches('noun', '^(' ~ nouns.refused ~ ')$') }} then 'refused'
            when {{ matches('noun', '^(' ~ nouns.counted ~ ')$') }} then 'counted'
            else ''
        end as noun_kind

    from measured

),

decided as (

    select
        *,
        case
            when {{ matches('text_before', patterns.money) }} then 'none'
            when {{ matches('span', patterns.year_like) }} then 'none'
            when is_in_name and factor in (1e3, 1e12) then 'none'
            when noun_kind = 'parameters' then 'parameters'
            when {{ matches('text_before', patterns.data_set_name) }} then 'none'
            when is_in_name and lower(magnitude) = 'b' then 'parameters'
            when {{ matches('text_after', patterns.next_of_list) }} then null
            when noun_kind = 'tokens' then 'tokens'
            when noun_kind = 'length' and factor < 1e9 then 'tokens'
            when noun_kind = 'refused' then 'none'
            when
                factor = 1e3 and number in ('2', '4', '8', '16')
                and {{ matches('phrase', patterns.screen) }} then 'none'
            -- "1.6 million models" counts them; "1.6M models" and "774-million networks" tell a size.
            when
                noun_kind = 'model' and noun like '%s' and factor < 1e9
                and length(magnitude) > 1 and span not like '%-%' then 'items'
            when noun_kind = 'model' and factor > 1e3 then 'parameters'
            when is_in_name then 'none'
            when noun_kind = 'counted' then 'items'
            when {{ matches('text_before', patterns.tokens_before) }} then 'tokens'
            when lower(magnitude) = 'b' then 'parameters'
            when {{ matches('phrase', patterns.model_scale) }} and factor > 1e6 then 'parameters'
            when magnitude = 'T' then 'none'
            when
                {{ matches('phrase', '[a-z]{2,}') }}
                and not {{ matches('lower(text_after)', patterns.preposition) }} then 'items'
            when factor < 1e9 and {{ matches('text_before', patterns.length_before) }} then 'tokens'
            when factor > 1e3 and {{ matches('text_before', patterns.parameters_before) }} then 'parameters'
            when factor = 1e6 and {{ matches('text_before', patterns.model_before) }} then 'parameters'
            else 'none'
        end as own_unit

    from told

),

final as (

    select
        *,
        coalesce(own_unit, {{ ignoring_nulls('first_value', 'own_unit') }} over (
            partition by paper_id, found_in
            order by position
            rows between 1 following and unbounded following
        ), 'none') as unit

    from decided

)

select * from final
