-- The newest abstract of each paper: kept apart, since the long text makes wide joins slow.
with

listed as (

    {{ newest_listings('has_abstract') }}

),

catalogued as (

    select
        paper_id,
        max(observed_at) as observed_at

    from {{ ref('stg_lake__arxiv_papers') }}
    where abstract is not null
    group by paper_id

),

newest as (

    select
        coalesce(listed.paper_id, catalogued.paper_id) as paper_id,
        listed.listing_key,
        catalogued.observed_at as catalogued_at,
        coalesce(catalogued.observed_at > listed.observed_at, listed.paper_id is null) as is_from_arxiv

    from listed
    full outer join catalogued on listed.paper_id = catalogued.paper_id

),

final as (

    select
        newest.paper_id,
        listings.abstract

    from {{ ref('stg_lake__listings') }} as listings
    inner join newest on {{ listing_key('listings') }} = newest.listing_key
    where not newest.is_from_arxiv

    union all

    select
        newest.paper_id,
        arxiv_papers.abstract

    from {{ ref('stg_lake__arxiv_papers') }} as arxiv_papers
    inner join newest
        on
            arxiv_papers.paper_id = newest.paper_id
            and arxiv_papers.observed_at = newest.catalogued_at
    where newest.is_from_arxiv

)

select * from final
