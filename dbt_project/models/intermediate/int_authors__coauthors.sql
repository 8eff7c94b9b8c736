-- How many others each person wrote with: by itself, as it looks at every pair twice.
{{ config(meta={'times_the_lake': 9}) }}
select
    author_id,
    count(*) as coauthors

from (
    select author_id from {{ ref('coauthors') }}
    where {{ in_part('author_id') }}
    union all
    select coauthor_id as author_id from {{ ref('coauthors') }}
    where {{ in_part('coauthor_id') }}
) as both_ends
group by author_id
