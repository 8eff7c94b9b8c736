-- When a paper was listed, and the numbers people, organizations and topics are measured by.
with

newest as (

    select
        paper_id,
        upvotes,
        published_on

    from {{ ref('int_papers__newest_fields') }}

),

listings as (

    select
        paper_id,
        min(listing_date) as first_listed_on,
        max(listing_date) as last_listed_on,
        count(*) as times_listed

    from {{ ref('int_paper_listings') }}
    group by paper_id

),

scores as (

    select
        paper_id,
        max_by(score, listing_date) as score,
        max_by(score_method, listing_date) as score_method

    from {{ ref('int_listing_scores') }}
    group by paper_id

),

final as (

    select
        newest.paper_id,
        newest.upvotes,
        scores.score as standard_score,
        scores.score_method,
        listings.first_listed_on,
        listings.last_listed_on,
        coalesce(listings.times_listed, 0) as times_listed,
        coalesce(listings.first_listed_on, newest.published_on) as dated_on

    from newest
    left join listings on newest.paper_id = listings.paper_id
    left join scores on newest.paper_id = scores.paper_id

)

select * from final
