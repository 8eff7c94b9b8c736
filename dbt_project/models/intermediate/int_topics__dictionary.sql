-- What can be a topic: keywords the hub gave several papers, each under its commonest spelling.
with

keywords as (

    select * from {{ ref('int_topics__keywords') }}

),

stop_words as (

    select distinct {{ topic_key('phrase') }} as topic_key
    from {{ ref('topic_stop_words') }}

),

counted as (

    select
        topic_key,
        count(distinct paper_id) as papers

    from keywords
    group by topic_key

),

spellings as (

    select
        topic_key,
        keyword,
        row_number() over (partition by topic_key order by count(*) desc, keyword asc) as place

    from keywords
    group by topic_key, keyword

),

final as (

    select
        counted.topic_key,
        spellings.keyword as topic,
        counted.papers as keyword_papers

    from counted
    inner join spellings on counted.topic_key = spellings.topic_key and spellings.place = 1
    left join stop_words on counted.topic_key = stop_words.topic_key
    where counted.papers >= {{ var('topic_min_keyword_papers') }} and stop_words.topic_key is null

)

select * from final
