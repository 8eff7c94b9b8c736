{{ config(meta={'dagster': {'ref': {'name': 'paper_listings'}}}) }}

-- Ranks of a day and of a period run from 1 to the number of papers.
with

ranks as (

    select
        cast(listing_date as string) as ranked_in,
        rank_on_day as rank

    from {{ ref('paper_listings') }}

    union all

    select
        period || ' ' || cast(period_start_on as string) as ranked_in,
        rank

    from {{ ref('trending_papers') }}

)

select
    ranked_in,
    count(*) as papers,
    max(rank) as last_rank

from ranks
group by ranked_in
having min(rank) <> 1 or max(rank) <> count(*)
