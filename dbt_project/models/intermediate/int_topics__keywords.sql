-- The hub's keywords of each paper with a key that joins spellings: case, white space, hyphens, plural
-- and singular, an abbreviation in brackets, and the reviewed list of spellings, whose topic then
-- stands for the keyword. The phrase is what the hub wrote, as texts are searched for it.
with

listings as (

    select
        paper_id,
        ai_keywords

    from {{ ref('int_listings') }}
    where {{ list_length('ai_keywords') }} > 0

),

spellings as (

    select
        {{ topic_key('spelling') }} as spelling_key,
        topic

    from {{ ref('topic_spellings') }}

),

keywords as (

    {{ explode('listings', ['paper_id'], 'ai_keywords') }}

),

plain as (

    select distinct
        paper_id,
        {{ lowercase(clean_text(replace_all('item', '\\([^)]*\\)', ' '))) }} as keyword

    from keywords

),

folded as (

    select
        paper_id,
        keyword,
        {{ topic_words('keyword') }} as phrase

    from plain

),

named as (

    select
        folded.paper_id,
        folded.phrase,
        coalesce(spellings.topic, folded.keyword) as keyword

    from folded
    left join spellings on replace(folded.phrase, ' ', '') = spellings.spelling_key
    where length(folded.phrase) between 2 and 80

),

final as (

    select
        paper_id,
        keyword,
        phrase,
        {{ topic_key('keyword') }} as topic_key

    from named

)

select * from final
