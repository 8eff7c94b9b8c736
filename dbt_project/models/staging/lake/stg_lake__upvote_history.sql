with

source as (

    select * from {{ source('lake', 'upvote_history') }}

),

renamed as (

    select
        paper_id,
        source,
        upvotes,
        num_comments,
        github_stars,
        {{ utc_timestamp('observed_at') }} as observed_at

    from source

)

select * from renamed
