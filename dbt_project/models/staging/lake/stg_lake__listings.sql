with

source as (

    select * from {{ source('lake', 'listings') }}

),

renamed as (

    select
        -- ids
        paper_id as listed_paper_id,
        source,
        listing_kind,
        listing_date,

        -- text
        nullif(title, '') as title,
        nullif(abstract, '') as abstract,
        nullif(submitter_username, '') as submitter_username,
        {{ clean_text('submitter_name') }} as submitter_name,
        nullif(organization_id, '') as organization_id,
        {{ clean_text('organization_name') }} as organization_name,
        {{ clean_text('ai_summary') }} as ai_summary,

        -- lists
        authors,
        ai_keywords,

        -- links, as given by users
        github_url,
        project_url,

        -- numbers
        rank,
        author_count,
        upvotes,
        num_comments,
        github_stars,

        -- flags
        is_published_year_inferred,

        -- times
        cast({{ utc_timestamp('published_at') }} as date) as published_on,
        {{ utc_timestamp('submitted_at') }} as submitted_at,
        {{ utc_timestamp('observed_at') }} as observed_at

    from source

)

select * from renamed
