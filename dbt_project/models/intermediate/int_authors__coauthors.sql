-- How many others each person wrote with: by itself, as it looks at every pair twice.
select
    author_id,
    count(*) as coauthors

from (
    select author_id from {{ ref('coauthors') }}
    union all
    select coauthor_id as author_id from {{ ref('coauthors') }}
) as both_ends
group by author_id
