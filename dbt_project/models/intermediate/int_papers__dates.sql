-- When a paper was listed, and the day it counts for: its first listing, or else its publication.
-- By itself, so that identity, the longest chain, need not wait for scores.
with

listings as (

    select
        paper_id,
        min(listing_date) as first_listed_on,
        max(listing_date) as last_listed_on,
        count(*) as times_listed

    from {{ ref('int_paper_listings') }}
    group by paper_id

),

final as (

    select
        newest.paper_id,
        listings.first_listed_on,
        listings.last_listed_on,
        coalesce(listings.times_listed, 0) as times_listed,
        coalesce(listings.first_listed_on, newest.published_on) as dated_on

    from {{ ref('int_papers__newest_fields') }} as newest
    left join listings on newest.paper_id = listings.paper_id

)

select * from final
