{{ config(meta={'dagster': {'ref': {'name': 'paper_observations'}}}) }}

-- Once a real day is known, nothing made-up is published.
select paper_observations.source

from {{ ref('paper_observations') }} as paper_observations
cross join {{ ref('int_lake__state') }} as state
where state.has_real_days and paper_observations.source = 'demo'
