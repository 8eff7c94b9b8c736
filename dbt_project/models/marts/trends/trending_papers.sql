with

listing_scores as (

    select * from {{ ref('int_listing_scores') }}

),

listing_days as (

    select * from {{ ref('int_listing_days') }}
    where status = 'complete'

),

measures as (

    select * from {{ ref('int_papers__measures') }}

),

gains as (

    select * from {{ ref('int_trends__gains') }}

),

scored as (

    select listing_scores.*
    from listing_scores
    inner join listing_days on listing_scores.listing_date = listing_days.listing_date

),

listed as (

    {% for period in ['day', 'week', 'month'] -%}
    select
        '{{ period }}' as period,
        {{ period_start(period, 'listing_date') }} as period_start_on,
        paper_id,
        max(score) as score

    from scored
    group by {{ period_start(period, 'listing_date') }}, paper_id
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

gained as (

    {% for period in ['day', 'week', 'month'] -%}
    select
        '{{ period }}' as period,
        {{ period_start(period, 'gained_on') }} as period_start_on,
        paper_id,
        cast(sum(upvotes_gained) as bigint) as upvotes_gained

    from gains
    group by {{ period_start(period, 'gained_on') }}, paper_id
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

final as (

    select
        listed.period,
        listed.period_start_on,
        cast(row_number() over (
            partition by listed.period, listed.period_start_on
            order by listed.score desc, measures.upvotes desc nulls last, listed.paper_id asc
        ) as bigint) as rank,
        listed.paper_id,
        listed.score,
        measures.upvotes,
        gained.upvotes_gained

    from listed
    inner join measures on listed.paper_id = measures.paper_id
    left join gained
        on
            listed.period = gained.period
            and listed.period_start_on = gained.period_start_on
            and listed.paper_id = gained.paper_id

)

select * from final
order by period, period_start_on, rank
