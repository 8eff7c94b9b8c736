-- What is looked for in texts: each topic's words and its merged spellings, found by one word of
-- theirs, the one that texts use least. A tenth of the abstracts tells which.
with

dictionary as (

    select * from {{ ref('int_topics__dictionary') }}

),

spellings as (

    select distinct
        {{ topic_key('spelling') }} as phrase,
        {{ topic_key('topic') }} as topic_key

    from {{ ref('topic_spellings') }}

),

phrases as (

    select
        topic_key,
        topic,
        topic_key as phrase

    from dictionary

    union

    select
        dictionary.topic_key,
        dictionary.topic,
        spellings.phrase

    from dictionary
    inner join spellings on dictionary.topic_key = spellings.topic_key

),

split as (

    select
        *,
        {{ distinct_words('phrase') }} as phrase_words

    from phrases

),

words as (

    {{ explode('split', ['topic', 'phrase'], 'phrase_words') }}

),

abstracts as (

    select
        paper_id,
        {{ distinct_words(topic_key('abstract')) }} as abstract_words

    from {{ ref('int_papers__abstracts') }}
    where paper_id like '%7'

),

abstract_words as (

    {{ explode('abstracts', ['paper_id'], 'abstract_words') }}

),

frequencies as (

    select
        item,
        count(*) as abstracts

    from abstract_words
    group by item

),

ranked as (

    select
        words.topic,
        words.phrase,
        words.item as anchor,
        row_number() over (
            partition by words.phrase
            order by coalesce(frequencies.abstracts, 0), length(words.item) desc, words.item
        ) as place

    from words
    left join frequencies on words.item = frequencies.item

)

select
    topic,
    phrase,
    anchor

from ranked
where place = 1
