-- F5 of a listing: its last score fair to age, else its place by upvotes within its day, brought to
-- the same scale: a place r between 0 and 1 has mean 0.5 and variance 1/12.
with

paper_listings as (

    select * from {{ ref('int_paper_listings') }}

),

paper_scores as (

    select * from {{ ref('int_paper_scores') }}

),

ranked as (

    select
        paper_id,
        listing_date,
        -- A paper alone on its day is neither first nor last.
        case
            when count(*) over (partition by listing_date) = 1 then 0.5
            else percent_rank() over (partition by listing_date order by upvotes nulls first)
        end as day_rank

    from paper_listings

),

newest as (

    select
        paper_id,
        listed_on,
        max_by(score, observed_at) as score

    from paper_scores
    group by paper_id, listed_on

),

final as (

    select
        ranked.paper_id,
        ranked.listing_date,
        coalesce(newest.score, (ranked.day_rank - 0.5) * sqrt(12)) as score,
        case when newest.score is null then 'rank on day' else 'age fair' end as score_method

    from ranked
    left join newest
        on ranked.paper_id = newest.paper_id and ranked.listing_date = newest.listed_on

)

select * from final
