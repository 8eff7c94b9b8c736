{{ config(meta={'dagster': {'ref': {'name': 'int_authors__evidence'}}}) }}

-- The rounds of int_authors__components were enough: evidence joins no two groups of one name.
select
    evidence.mention_number,
    evidence.first_mention_number

from {{ ref('int_authors__evidence') }} as evidence
inner join {{ ref('int_authors__components') }} as own
    on evidence.mention_number = own.mention_number
inner join {{ ref('int_authors__components') }} as first_one
    on evidence.first_mention_number = first_one.mention_number
where own.group_number <> first_one.group_number
