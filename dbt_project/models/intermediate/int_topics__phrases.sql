-- What is looked for in texts: each topic's words and its merged spellings, found by their first two
-- words.
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
        topic,
        topic_key as phrase

    from dictionary

    union

    select
        dictionary.topic,
        spellings.phrase

    from dictionary
    inner join spellings on dictionary.topic_key = spellings.topic_key

)

select
    topic,
    phrase,
    split_part(phrase, ' ', 1) as first_word,
    split_part(phrase, ' ', 2) as second_word

from phrases
