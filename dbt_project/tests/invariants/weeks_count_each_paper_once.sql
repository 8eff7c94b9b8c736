{{ config(meta={'dagster': {'ref': {'name': 'topic_weeks'}}}) }}

-- A topic's weeks sum to its papers first listed on complete days.
with

weekly as (

    select
        topic,
        sum(papers) as papers

    from {{ ref('topic_weeks') }}
    group by topic

),

listed as (

    select
        paper_topics.topic,
        count(distinct paper_topics.paper_id) as papers

    from {{ ref('paper_topics') }} as paper_topics
    inner join {{ ref('paper_listings') }} as paper_listings
        on paper_topics.paper_id = paper_listings.paper_id and paper_listings.is_complete_day
    group by paper_topics.topic

)

select
    weekly.topic,
    weekly.papers,
    listed.papers as papers_listed

from weekly
left join listed on weekly.topic = listed.topic
where weekly.papers <> coalesce(listed.papers, 0)
