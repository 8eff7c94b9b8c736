with

units as (

    select * from {{ ref('int_papers__scale_units') }}
    where unit <> 'none'

),

ends as (

    select
        paper_id,
        claim_value,
        unit,
        case
            when low_number <> '' and is_after_name
                then {{ first_match('span', scale_patterns().high_end) }}
            else span
        end as text_span,
        found_in,
        position,
        is_in_name

    from units

    union all

    -- A range gives both ends: 8-11B, 17M-170M, 10-100 billion.
    select
        paper_id,
        {{ scale_number('low_number') }}
        * coalesce({{ scale_factor('low_magnitude') }}, factor) as claim_value,
        unit,
        span as text_span,
        found_in,
        position,
        is_in_name

    from units
    where low_number <> '' and not is_after_name

),

placed as (

    -- A size in a name is no model's when the text counts as many items: "Time-300B, 300 billion points".
    select
        *,
        row_number() over (
            partition by paper_id, round(claim_value), unit
            order by found_in desc, position asc
        ) as place,
        bool_and(is_in_name) over (partition by paper_id, round(claim_value), unit) as is_only_in_names,
        min(unit) over (partition by paper_id, round(claim_value)) as first_unit

    from ends
    where claim_value > 0

),

final as (

    select
        paper_id,
        cast(round(claim_value) as double) as claim_value,
        unit,
        text_span,
        found_in

    from placed
    where place = 1 and not (is_only_in_names and unit = 'parameters' and first_unit = 'items')

)

select * from final
