-- F5's mean and spread for each day: of what was promised in it and the days before. Each listing of
-- a paper counts once, by its last observation.
with

aged as (

    select * from {{ ref('int_paper_ages') }}
    where log_upvotes_projected is not null

),

newest as (

    select
        paper_id,
        listed_on,
        max(observed_on) as observed_on,
        max_by(log_upvotes_projected, observed_at) as log_upvotes_projected

    from aged
    group by paper_id, listed_on

),

daily as (

    select
        observed_on,
        count(*) as papers,
        sum(log_upvotes_projected) as total,
        sum(log_upvotes_projected * log_upvotes_projected) as total_of_squares

    from newest
    group by observed_on

),

days as (

    select distinct observed_on from aged

),

windows as (

    select
        days.observed_on,
        sum(daily.papers) as papers,
        sum(daily.total) / sum(daily.papers) as mean,
        sqrt(
            greatest(
                sum(daily.total_of_squares) / sum(daily.papers)
                - power(sum(daily.total) / sum(daily.papers), 2), 0
            )
        ) as spread

    from days
    inner join daily
        on
            {{ days_between('daily.observed_on', 'days.observed_on') }}
            between 0 and {{ var('score_history_days') }}
    group by days.observed_on

)

select * from windows
