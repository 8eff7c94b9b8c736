with

observations as (

    select * from {{ ref('int_paper_observations') }}

),

ages as (

    select * from {{ ref('int_paper_ages') }}

),

scores as (

    select * from {{ ref('int_paper_scores') }}

),

final as (

    select
        observations.paper_id,
        observations.observed_at,
        observations.listing_date,
        observations.source,
        observations.rank,
        observations.upvotes,
        observations.num_comments,
        observations.github_stars,
        observations.upvotes_change,
        ages.hours_since_listed,
        scores.score

    from observations
    left join ages
        on
            observations.paper_id = ages.paper_id
            and observations.observed_at = ages.observed_at
    left join scores
        on
            observations.paper_id = scores.paper_id
            and observations.observed_at = scores.observed_at

)

select * from final
order by listing_date, paper_id, observed_at
