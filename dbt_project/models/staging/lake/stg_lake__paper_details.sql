with

source as (

    select * from {{ source('lake', 'paper_details') }}

),

renamed as (

    select
        paper_id,
        upvotes,
        github_stars,
        linked_models,
        linked_datasets,
        linked_spaces,
        {{ utc_timestamp('observed_at') }} as observed_at

    from source

)

select * from renamed
