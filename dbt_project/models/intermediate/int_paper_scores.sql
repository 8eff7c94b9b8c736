-- F5 of every counted observation of the two weeks after a listing, once there is a history.
with

aged as (

    select * from {{ ref('int_paper_ages') }}
    where log_upvotes_projected is not null

),

score_history as (

    select * from {{ ref('int_score_history') }}
    where papers >= {{ var('score_min_history') }} and spread > 0

),

final as (

    select
        aged.paper_id,
        aged.observed_at,
        aged.listed_on,
        (aged.log_upvotes_projected - score_history.mean) / score_history.spread as score

    from aged
    inner join score_history on aged.observed_on = score_history.observed_on

)

select * from final
