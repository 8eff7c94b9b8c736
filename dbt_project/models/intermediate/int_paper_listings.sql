-- One row a (paper, listing date): what the last observation of that day's listing said.
with

listings as (

    select * from {{ ref('int_listings') }}
    where listing_kind = 'day'

),

newest as (

    select
        paper_id,
        listing_date,
        {{ newest('rank', 'observed_at') }} as hub_rank,
        {{ newest('upvotes', 'observed_at') }} as upvotes,
        {{ newest('num_comments', 'observed_at') }} as num_comments,
        {{ newest('submitter_username', 'observed_at') }} as submitter_username,
        {{ newest('submitter_name', 'observed_at') }} as submitter_name,
        max(observed_at) as last_observed_at

    from listings
    group by paper_id, listing_date

)

select * from newest
