-- One row a model, dataset or space that the hub links to a paper, with its address.
with

details as (

    select * from {{ ref('int_papers__details') }}

),

models as (

    {{ explode('details', ['paper_id'], 'linked_models') }}

),

datasets as (

    {{ explode('details', ['paper_id'], 'linked_datasets') }}

),

spaces as (

    {{ explode('details', ['paper_id'], 'linked_spaces') }}

),

final as (

    select
        paper_id,
        'https://huggingface.co/' || item.repository_id as url

    from models

    union

    select
        paper_id,
        'https://huggingface.co/datasets/' || item.repository_id as url

    from datasets

    union

    select
        paper_id,
        'https://huggingface.co/spaces/' || item.repository_id as url

    from spaces

)

select * from final
where url is not null
