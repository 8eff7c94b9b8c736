-- When each paper was first listed on a complete day: the papers that trends count.
with

paper_listings as (

    select * from {{ ref('int_paper_listings') }}

),

listing_days as (

    select * from {{ ref('int_listing_days') }}
    where status = 'complete'

),

final as (

    select
        paper_listings.paper_id,
        min(paper_listings.listing_date) as listed_on

    from paper_listings
    inner join listing_days on paper_listings.listing_date = listing_days.listing_date
    group by paper_listings.paper_id

)

select * from final
