-- The topics of each paper; by itself for the same reason as the authors' lists.
{{ config(meta={'times_the_lake': 10}) }}
select
    paper_id,
    {{ sorted_set('topic') }} as topics

from {{ ref('int_topics__tagged') }}
where {{ in_part('paper_id') }}
group by paper_id
