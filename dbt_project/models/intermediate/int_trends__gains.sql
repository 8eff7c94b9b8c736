-- Upvotes a paper gained on each day it was observed, signed; the first count is a gain from none.
with

observations as (

    select * from {{ ref('int_paper_observations') }}
    where upvotes is not null

),

final as (

    select
        paper_id,
        cast(observed_at as date) as gained_on,
        cast(sum(coalesce(upvotes_change, upvotes)) as bigint) as upvotes_gained

    from observations
    group by paper_id, cast(observed_at as date)

)

select * from final
