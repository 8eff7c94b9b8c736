{{ config(meta={'dagster': {'ref': {'name': 'papers'}}}) }}

-- No paper of the lake is lost on the way, whatever is unknown of it.
select paper_ids.listed_paper_id

from {{ ref('int_listings') }} as listings
inner join {{ ref('int_paper_ids') }} as paper_ids
    on listings.listed_paper_id = paper_ids.listed_paper_id
left join {{ ref('papers') }} as papers on paper_ids.paper_id = papers.paper_id
where papers.paper_id is null
