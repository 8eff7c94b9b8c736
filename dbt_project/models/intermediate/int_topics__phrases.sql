-- What is looked for in texts: each topic's words as the hub parted them, and its merged spellings,
-- found by their first two words.
with

dictionary as (

    select * from {{ ref('int_topics__dictionary') }}

),

spelled as (

    select distinct
        topic_key,
        phrase

    from {{ ref('int_topics__keywords') }}

    union

    select
        {{ topic_key('topic') }} as topic_key,
        {{ topic_words('spelling') }} as phrase

    from {{ ref('topic_spellings') }}

),

phrases as (

    select
        dictionary.topic,
        spelled.phrase

    from dictionary
    inner join spelled on dictionary.topic_key = spelled.topic_key

)

select
    topic,
    phrase,
    split_part(phrase, ' ', 1) as first_word,
    split_part(phrase, ' ', 2) as second_word

from phrases
