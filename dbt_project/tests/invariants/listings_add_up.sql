{{ config(meta={'dagster': {'ref': {'name': 'paper_listings'}}}) }}

-- The papers of all listing days are the rows of paper_listings.
with

days as (

    select sum(papers) as listings from {{ ref('listing_days') }}

),

listings as (

    select count(*) as listings from {{ ref('paper_listings') }}

)

select
    days.listings as by_day,
    listings.listings

from days
cross join listings
where coalesce(days.listings, 0) <> listings.listings
