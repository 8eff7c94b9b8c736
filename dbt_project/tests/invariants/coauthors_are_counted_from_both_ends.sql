{{ config(meta={'dagster': {'ref': {'name': 'coauthors'}}}) }}

-- Each pair makes one co-author for either of the two, so both are known: who is not would be counted
-- by the pairs alone.
with

people as (

    select sum(coauthors) as coauthors from {{ ref('authors') }}

),

pairs as (

    select 2 * count(*) as coauthors from {{ ref('coauthors') }}

)

select
    people.coauthors as by_people,
    pairs.coauthors as by_pairs

from people
cross join pairs
where coalesce(people.coauthors, 0) <> pairs.coauthors
