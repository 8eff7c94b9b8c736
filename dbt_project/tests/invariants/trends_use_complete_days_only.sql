{{ config(meta={'dagster': {'ref': {'name': 'trending_papers'}}}) }}

-- No trending paper comes from a day whose end was not seen.
select trending_papers.paper_id

from {{ ref('trending_papers') }} as trending_papers
left join {{ ref('listing_days') }} as listing_days
    on trending_papers.period_start_on = listing_days.listing_date
where
    trending_papers.period = 'day'
    and coalesce(listing_days.status, 'missing') <> 'complete'
