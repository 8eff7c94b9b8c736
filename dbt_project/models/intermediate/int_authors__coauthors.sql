-- How many persons each has written with: by itself, since pairs are many times as many as persons.
select
    author_id,
    count(*) as coauthors

from (
    select author_id from {{ ref('coauthors') }}
    union all
    select coauthor_id as author_id from {{ ref('coauthors') }}
) as both_ends
group by author_id
