with

definitions as (

    select * from {{ ref('metric_definitions') }}

)

select
    metric,
    label,
    meaning,
    formula,
    model

from definitions
