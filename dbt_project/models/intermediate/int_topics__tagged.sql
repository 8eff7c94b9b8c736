-- Each topic of each paper: of what was found, what enough papers carry.
with

found as (

    select * from {{ ref('int_topics__found') }}

),

carried as (

    select topic
    from found
    group by topic
    having count(*) >= {{ var('topic_min_papers') }}

),

final as (

    select found.*
    from found
    inner join carried on found.topic = carried.topic

)

select * from final
