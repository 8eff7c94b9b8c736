{{ config(meta={'dagster': {'ref': {'name': 'int_authors__names'}}}) }}

-- A line whose account the hub confirmed is that account's, unless somebody reviewed it or another
-- line of the paper has the account.
select
    names.paper_id,
    names.position,
    names.verified_username,
    identified.author_id

from {{ ref('int_authors__names') }} as names
inner join {{ ref('int_authors__identified') }} as identified
    on names.mention_number = identified.mention_number
where
    names.hub_username = names.verified_username
    and identified.identity_method not in ('reviewed', 'same paper')
    and identified.author_id <> 'hub:' || names.verified_username
