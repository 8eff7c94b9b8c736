-- What each source said of a paper and when, as one long table; numbered so that the newest wins
-- and equal instants are still in one order.
with

listings as (

    select * from {{ ref('int_listings') }}

),

arxiv_papers as (

    select * from {{ ref('stg_lake__arxiv_papers') }}

),

upvote_history as (

    select * from {{ ref('stg_lake__upvote_history') }}

),

paper_details as (

    select * from {{ ref('stg_lake__paper_details') }}

),

listed_papers as (

    select distinct paper_id from listings

),

observed as (

    select
        paper_id,
        source,
        listing_date,
        title,
        organization_id,
        organization_name,
        submitter_username,
        github_url,
        project_url,
        ai_summary,
        author_count,
        upvotes,
        num_comments,
        github_stars,
        is_published_year_inferred,
        published_on,
        observed_at,
        cast(null as varchar) as primary_category,
        cast(null as varchar[]) as categories,
        cast(null as varchar) as doi,
        cast(null as boolean) as is_withdrawn

    from listings

    union all by name

    select
        paper_id,
        'arxiv' as source,
        title,
        published_on,
        observed_at,
        primary_category,
        categories,
        doi,
        is_withdrawn,
        false as is_published_year_inferred

    from arxiv_papers

    union all by name

    select
        paper_id,
        null as source,
        upvotes,
        num_comments,
        github_stars,
        observed_at
    from upvote_history

    union all by name

    select
        paper_id,
        null as source,
        upvotes,
        github_stars,
        observed_at
    from paper_details

),

final as (

    select
        observed.*,
        row_number() over (
            partition by observed.paper_id
            order by observed.observed_at, observed.listing_date, observed.source
        ) as observation_number

    from observed
    inner join listed_papers on observed.paper_id = listed_papers.paper_id

)

select * from final
