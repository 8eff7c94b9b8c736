-- What each source said of a paper and when, as one long table; numbered so that the newest wins
-- and equal instants are still in one order.
{%- set columns = [
    'paper_id', 'observed_at', 'source', 'listing_date', 'title', 'organization_id', 'organization_name',
    'submitter_username', 'github_url', 'project_url', 'ai_summary', 'author_count', 'upvotes',
    'num_comments', 'github_stars', 'published_on', 'is_published_year_inferred', 'primary_category',
    'categories', 'doi', 'is_withdrawn'
] %}
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
        {{ aligned(columns, [
            'paper_id', 'observed_at', 'source', 'listing_date', 'title', 'organization_id',
            'organization_name', 'submitter_username', 'github_url', 'project_url', 'ai_summary',
            'author_count', 'upvotes', 'num_comments', 'github_stars', 'published_on',
            'is_published_year_inferred'
        ]) }}
    from listings

    union all

    select
        {{ aligned(
            columns, [
                'paper_id', 'observed_at', 'title', 'published_on', 'primary_category', 'categories',
                'doi', 'is_withdrawn'
            ], source="'arxiv'", is_published_year_inferred='false'
        ) }}
    from arxiv_papers

    union all

    select
        {{ aligned(columns, ['paper_id', 'observed_at', 'upvotes', 'num_comments', 'github_stars']) }}
    from upvote_history

    union all

    select {{ aligned(columns, ['paper_id', 'observed_at', 'upvotes', 'github_stars']) }}
    from paper_details

),

final as (

    select
        observed.*,
        row_number() over (
            partition by observed.paper_id
            order by
                observed.observed_at, observed.listing_date nulls last, observed.source nulls last,
                observed.upvotes nulls first, observed.github_stars nulls first
        ) as observation_number

    from observed
    inner join listed_papers on observed.paper_id = listed_papers.paper_id

)

select * from final
