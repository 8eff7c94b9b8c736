with

paper_listings as (

    select * from {{ ref('int_paper_listings') }}
    where submitter_username is not null

),

total as (

    select count(*) as listings from paper_listings

),

final as (

    select
        paper_listings.submitter_username,
        {{ newest('paper_listings.submitter_name', 'paper_listings.last_observed_at') }} as name,
        count(distinct paper_listings.paper_id) as papers,
        count(*) / any_value(cast(total.listings as double)) as share_of_listings,
        median(paper_listings.upvotes) as upvotes_median

    from paper_listings
    cross join total
    group by paper_listings.submitter_username

)

select * from final
