-- Each topic of each paper: of what was found, what enough papers carry and is no common word: such a
-- one stands in many more texts than the hub names it for, and in hardly any of their titles.
with

found as (

    select * from {{ ref('int_topics__found') }}

),

counted as (

    select
        topic,
        count(*) as papers,
        count(*) filter (where found_in = 'hub') as hub_papers,
        count(*) filter (where found_in = 'title') as title_papers

    from found
    group by topic

),

carried as (

    select topic
    from counted
    where
        papers >= {{ var('topic_min_papers') }}
        and not (
            papers >= {{ var('topic_common_times') }} * hub_papers
            and title_papers < {{ var('topic_common_title_share') }} * (papers - hub_papers)
        )

),

final as (

    select found.*
    from found
    inner join carried on found.topic = carried.topic

)

select * from final
