{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'listing_days'}}}) }}

-- A weekday between the first and the last collected day was never observed.
select listing_date

from {{ ref('listing_days') }}
where status = 'missing'
