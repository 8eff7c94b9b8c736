-- The hub's keywords of each paper, folded to a key that joins spellings: case, white space,
-- hyphens, plural and singular, an abbreviation in brackets, and the reviewed list of spellings.
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
        {{ topic_key('spelling') }} as topic_key,
        {{ topic_key('topic') }} as means_key

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
        {{ topic_key('keyword') }} as topic_key

    from plain

),

final as (

    select
        folded.paper_id,
        folded.keyword,
        coalesce(spellings.means_key, folded.topic_key) as topic_key

    from folded
    left join spellings on folded.topic_key = spellings.topic_key
    where length(folded.topic_key) between 2 and 80

)

select * from final
