-- Every expected weekday since the first collected day, and weekend days that had papers.
with

observations as (

    select * from {{ ref('stg_lake__observations') }}

),

state as (

    select * from {{ ref('int_lake__state') }}

),

kept as (

    select observations.*
    from observations
    cross join state
    where
        observations.listing_kind = 'day'
        and (observations.source <> 'demo' or not state.has_real_days)

),

observed_days as (

    select
        listing_date,
        count(*) as observations,
        max(observed_at) as last_observed_at,
        sum(pages_fetched) as pages_fetched,
        case
            when bool_or(status = 'complete') then 'complete'
            when bool_or(status = 'partial') then 'partial'
            else 'empty'
        end as status

    from kept
    group by listing_date

),

span as (

    select
        min(listing_date) as first_date,
        max(listing_date) as last_date

    from observed_days

),

calendar as (

    {{ days_of('span', 'first_date', 'last_date') }}

),

final as (

    select
        calendar.day_on as listing_date,
        coalesce(observed_days.status, 'missing') as status,
        coalesce(observed_days.observations, 0) as observations,
        coalesce(observed_days.pages_fetched, 0) as pages_fetched,
        observed_days.last_observed_at

    from calendar
    left join observed_days on calendar.day_on = observed_days.listing_date
    where
        {{ iso_weekday('calendar.day_on') }} <= 5
        or observed_days.status in ('complete', 'partial')

)

select * from final
