with

paper_listings as (

    select * from {{ ref('int_paper_listings') }}

),

listing_scores as (

    select * from {{ ref('int_listing_scores') }}

),

listing_days as (

    select * from {{ ref('int_listing_days') }}

),

final as (

    select
        paper_listings.paper_id,
        paper_listings.listing_date,
        cast(row_number() over (
            partition by paper_listings.listing_date
            order by
                paper_listings.upvotes desc nulls last,
                paper_listings.hub_rank asc nulls last,
                paper_listings.paper_id asc
        ) as bigint) as rank_on_day,
        paper_listings.upvotes,
        paper_listings.num_comments,
        paper_listings.submitter_username,
        listing_scores.score,
        listing_scores.score_method,
        coalesce(listing_days.status = 'complete', false) as is_complete_day

    from paper_listings
    inner join listing_scores
        on
            paper_listings.paper_id = listing_scores.paper_id
            and paper_listings.listing_date = listing_scores.listing_date
    left join listing_days on paper_listings.listing_date = listing_days.listing_date

)

select * from final
order by listing_date, rank_on_day
