with

listing_days as (

    select * from {{ ref('int_listing_days') }}

),

papers as (

    select
        listing_date,
        count(*) as papers

    from {{ ref('int_paper_listings') }}
    group by listing_date

),

final as (

    select
        listing_days.listing_date,
        listing_days.status,
        coalesce(papers.papers, 0) as papers,
        cast(listing_days.pages_fetched as bigint) as pages_fetched,
        listing_days.observations,
        listing_days.last_observed_at,
        listing_days.end_seen_at

    from listing_days
    left join papers on listing_days.listing_date = papers.listing_date

)

select * from final
order by listing_date
