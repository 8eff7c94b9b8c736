-- Every expected weekday since the first collected day, and weekend days that had papers. A listing
-- grows all day, so only an observation that saw its end after the day was over (UTC) makes a day
-- complete or empty; until then it is partial. A day that closed (14 days before the newest
-- observation) without one, such as those that others recorded, counts as what was seen of it from
-- 6:00 UTC on: of 479 recorded days 467 were seen on their own date only, 460 of them at 7:00 or
-- later, where 98 % of what was listed by 8:00 had been listed before 6:00; of four seen again after
-- 17:00, 86 % had been there by then.
with

observations as (

    select * from {{ ref('int_listing_observations') }}
    where status <> 'failed'

),

newest as (

    select cast(max(observed_at) as date) as observed_on from observations

),

timed as (

    select
        observations.*,
        observations.status in ('complete', 'empty') as is_read_to_its_end,
        {{ hours_between('cast(observations.listing_date as timestamp)', 'observations.observed_at') }}
        >= case
            when {{ days_between('observations.listing_date', 'newest.observed_on') }} >= 14 then 6
            else 24
        end as is_late_enough

    from observations
    cross join newest

),

observed_days as (

    select
        listing_date,
        count(*) as observations,
        max(observed_at) as last_observed_at,
        sum(pages_fetched) as pages_fetched,
        max(case when is_read_to_its_end then observed_at end) as end_seen_at,
        bool_or(status <> 'empty') as is_listed,
        case
            when bool_or(status = 'complete' and is_late_enough) then 'complete'
            when bool_or(status <> 'empty') or not bool_or(is_late_enough) then 'partial'
            else 'empty'
        end as status

    from timed
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
        observed_days.last_observed_at,
        observed_days.end_seen_at

    from calendar
    left join observed_days on calendar.day_on = observed_days.listing_date
    where
        {{ iso_weekday('calendar.day_on') }} <= 5
        or observed_days.is_listed

)

select * from final
