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
        count(*) as papers

    from keywords
    -- A merged spelling, such as an abbreviation, does not name the topic it means.
    where topic_key = {{ topic_key('keyword') }}
    group by topic_key, keyword

),

ranked as (

    select
        topic_key,
        keyword,
        row_number() over (partition by topic_key order by papers desc, keyword asc) as place

    from spellings

),

final as (

    select
        counted.topic_key,
        coalesce(ranked.keyword, counted.topic_key) as topic,
        counted.papers as keyword_papers

    from counted
    left join ranked on counted.topic_key = ranked.topic_key and ranked.place = 1
    left join stop_words on counted.topic_key = stop_words.topic_key
    where counted.papers >= {{ var('topic_min_keyword_papers') }} and stop_words.topic_key is null

)

select * from final
