-- Each phrase of the dictionary in each paper and where it was found: the hub's keywords, the title,
-- the abstract. Whether enough papers carry it to be a topic is seen after (int_topics__tagged).
with

dictionary as (

    select * from {{ ref('int_topics__dictionary') }}

),

phrases as (

    select
        *,
        ' ' || phrase || ' ' as padded_phrase,
        phrase in (first_word, first_word || ' ' || second_word) as is_short

    from {{ ref('int_topics__phrases') }}

),

keywords as (

    select * from {{ ref('int_topics__keywords') }}

),

texts as (

    select
        paper_id,
        2 as place,
        ' ' || {{ topic_words('title') }} || ' ' as folded_text

    from {{ ref('int_papers__newest_fields') }}

    union all

    select
        paper_id,
        3 as place,
        ' ' || {{ topic_words('abstract') }} || ' ' as folded_text

    from {{ ref('int_papers__abstracts') }}

),

words as (

    {{ word_pairs('texts', ['paper_id', 'place', 'folded_text'], 'folded_text') }}

),

found as (

    select
        words.paper_id,
        phrases.topic,
        words.place

    from words
    inner join phrases
        on
            words.word = phrases.first_word
            and (phrases.second_word = '' or words.next_word = phrases.second_word)
    where phrases.is_short or contains(words.folded_text, phrases.padded_phrase)

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
