-- Each phrase of the dictionary in each paper and where it was found: the hub's keywords, the title,
-- the abstract. Whether enough papers carry it to be a topic is seen after (int_topics__tagged).
with

dictionary as (

    select * from {{ ref('int_topics__dictionary') }}

),

phrases as (

    select * from {{ ref('int_topics__phrases') }}

),

keywords as (

    select * from {{ ref('int_topics__keywords') }}

),

titles as (

    select
        paper_id,
        'title' as found_in,
        ' ' || {{ topic_key('title') }} || ' ' as folded_text

    from {{ ref('int_papers__newest_fields') }}

),

abstracts as (

    select
        paper_id,
        'abstract' as found_in,
        ' ' || {{ topic_key('abstract') }} || ' ' as folded_text

    from {{ ref('int_papers__abstracts') }}

),

texts as (

    select *, {{ distinct_words('folded_text') }} as text_words from titles
    union all
    select *, {{ distinct_words('folded_text') }} as text_words from abstracts

),

words as (

    {{ explode('texts', ['paper_id', 'found_in', 'folded_text'], 'text_words') }}

),

found as (

    select
        words.paper_id,
        phrases.topic,
        case words.found_in when 'title' then 2 else 3 end as place

    from words
    inner join phrases on words.item = phrases.anchor
    where contains(words.folded_text, ' ' || phrases.phrase || ' ')

    union all

    select
        keywords.paper_id,
        dictionary.topic,
        1 as place

    from keywords
    inner join dictionary on keywords.topic_key = dictionary.topic_key

),

final as (

    -- The most telling place wins: the hub's word, then the title, then the abstract.
    select
        paper_id,
        topic,
        case min(place) when 1 then 'hub' when 2 then 'title' else 'abstract' end as found_in

    from found
    group by paper_id, topic

)

select * from final
