-- The newest lists of models, datasets and spaces that the hub links to a paper.
with

paper_details as (

    select * from {{ ref('stg_lake__paper_details') }}

),

newest as (

    select
        paper_id,
        {{ newest('linked_models', 'observed_at') }} as linked_models,
        {{ newest('linked_datasets', 'observed_at') }} as linked_datasets,
        {{ newest('linked_spaces', 'observed_at') }} as linked_spaces

    from paper_details
    group by paper_id

)

select * from newest
