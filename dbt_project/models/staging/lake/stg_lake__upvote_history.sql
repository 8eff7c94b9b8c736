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
        {{ utc_timestamp('observed_at') }} as observed_at,

        -- history/<key>/<stamp>-p0-<checksum>.zst: the stamp is the time of the import.
        coalesce(split_part(landed_in, '/', 3), '') as imported_as

    from source

),

told_once as (

    -- Two files may tell the same instant: the file imported last wins, a null never over a number.
    select
        paper_id,
        source,
        observed_at,
        {{ newest('upvotes', 'imported_as') }} as upvotes,
        {{ newest('num_comments', 'imported_as') }} as num_comments,
        {{ newest('github_stars', 'imported_as') }} as github_stars

    from renamed
    group by paper_id, source, observed_at

)

select * from told_once
