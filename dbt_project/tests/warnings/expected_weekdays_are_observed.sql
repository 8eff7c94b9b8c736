{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'listing_days'}}}) }}

-- A weekday since the first collected day was never observed: one between collected days, or one up
-- to yesterday, when nothing was collected lately. A warehouse whose newest day is more than a month
-- old is not collected any more, and nothing is missing there.
with

listing_days as (

    select * from {{ ref('listing_days') }}

),

span as (

    select
        max(listing_date) as last_date,
        cast('{{ (run_started_at - modules.datetime.timedelta(days=1)).strftime("%Y-%m-%d") }}' as date)
            as yesterday

    from listing_days

),

calendar as (

    {{ days_of('span', 'last_date', 'greatest(last_date, yesterday)') }}

),

unobserved as (

    select calendar.day_on as listing_date
    from calendar
    cross join span
    where
        calendar.day_on > span.last_date
        and {{ days_between('span.last_date', 'span.yesterday') }} <= 31
        and {{ iso_weekday('calendar.day_on') }} <= 5

),

missing as (

    select listing_date from listing_days
    where status = 'missing'
    union all
    select listing_date from unobserved

)

select * from missing
