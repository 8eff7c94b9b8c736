-- Each counted observation with its age, hours since the start of the newest listing day it follows,
-- and what its upvotes promise for the end of the two weeks in which they grow.
with

observations as (

    select * from {{ ref('int_paper_observations') }}

),

paper_listings as (

    select * from {{ ref('int_paper_listings') }}

),

aged as (

    select
        observations.paper_id,
        observations.observed_at,
        any_value(observations.upvotes) as upvotes,
        coalesce(
            max(paper_listings.listing_date)
            filter (where paper_listings.listing_date <= cast(observations.observed_at as date)),
            min(paper_listings.listing_date)
        ) as listed_on

    from observations
    inner join paper_listings on observations.paper_id = paper_listings.paper_id
    group by observations.paper_id, observations.observed_at

),

hours as (

    select
        *,
        {{ hours_between('cast(listed_on as timestamp)', 'observed_at') }} as hours_since_listed

    from aged

),

final as (

    select
        *,
        cast(observed_at as date) as observed_on,
        case
            when hours_since_listed >= 0 and hours_since_listed <= {{ var('score_hours') }}
                then {{ projected_upvotes('upvotes', 'hours_since_listed') }}
        end as log_upvotes_projected

    from hours

)

select * from final
