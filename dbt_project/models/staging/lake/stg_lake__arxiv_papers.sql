with

source as (

    select * from {{ source('lake', 'arxiv_papers') }}

),

renamed as (

    select
        paper_id,
        version,
        nullif(title, '') as title,
        nullif(abstract, '') as abstract,
        authors as author_names,
        primary_category,
        categories,
        nullif(doi, '') as doi,
        is_withdrawn,
        cast({{ utc_timestamp('published_at') }} as date) as published_on,
        {{ utc_timestamp('updated_at') }} as updated_at,
        {{ utc_timestamp('observed_at') }} as observed_at

    from source

)

select * from renamed
