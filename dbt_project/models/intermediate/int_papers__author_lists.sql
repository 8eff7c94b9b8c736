-- The authors of each paper in their order: made by itself, since lists are held in memory while they
-- grow, and so are the tables that papers are joined from.
{{ config(meta={'times_the_lake': 10}) }}
select
    paper_id,
    {{ list_in_order('name', 'position') }} as authors,
    {{ list_in_order('author_id', 'position') }} as author_ids

from {{ ref('int_authors__identified') }}
where not is_hidden and {{ in_part('paper_id') }}
group by paper_id
