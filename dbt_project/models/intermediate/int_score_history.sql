-- F5's mean and spread for each day, as they were known on it: of what each listing promised when it
-- was last observed until then, within the days before. A listing counts once a day. Each promise is
-- one change of the running sums on the day it is made and another on the day it is over.
with

aged as (

    select * from {{ ref('int_paper_ages') }}
    where log_upvotes_projected is not null

),

promised as (

    select
        paper_id,
        listed_on,
        observed_on,
        max_by(log_upvotes_projected, observed_at) as promise

    from aged
    group by paper_id, listed_on, observed_on

),

spans as (

    select
        promise,
        observed_on as holds_from,
        least(
            lead(observed_on) over (partition by paper_id, listed_on order by observed_on),
            cast({{ dbt.dateadd('day', var('score_history_days') + 1, 'observed_on') }} as date)
        ) as holds_until

    from promised

),

changes as (

    select
        holds_from as changed_on,
        1 as papers,
        promise as total,
        promise * promise as total_of_squares
    from spans
    union all
    select
        holds_until as changed_on,
        -1 as papers,
        -promise as total,
        -promise * promise as total_of_squares
    from spans

),

daily as (

    select
        changed_on,
        sum(papers) as papers,
        sum(total) as total,
        sum(total_of_squares) as total_of_squares,
        max(papers) = 1 as is_observed

    from changes
    group by changed_on

),

running as (

    select
        changed_on as observed_on,
        is_observed,
        sum(papers) over (order by changed_on) as papers,
        sum(total) over (order by changed_on) as total,
        sum(total_of_squares) over (order by changed_on) as total_of_squares

    from daily

),

final as (

    select
        observed_on,
        papers,
        total / papers as mean,
        sqrt(greatest(total_of_squares / papers - power(total / papers, 2), 0)) as spread

    from running
    where is_observed

)

select * from final
