with

tagged as (

    select * from {{ ref('int_topics__tagged') }}

)

select
    paper_id,
    topic,
    found_in

from tagged
order by topic, paper_id
