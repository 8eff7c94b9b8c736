-- The topics of each paper; by itself for the same reason as the authors' lists.
select
    paper_id,
    {{ sorted_set('topic') }} as topics

from {{ ref('int_topics__tagged') }}
group by paper_id
