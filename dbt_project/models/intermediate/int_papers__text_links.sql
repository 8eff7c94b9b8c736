-- Addresses written in abstracts, without the punctuation of the sentence around them.
with

abstracts as (

    select * from {{ ref('int_papers__abstracts') }}
    where abstract like '%http%' or abstract like '%github.com/%'

),

matched as (

    select
        paper_id,
        {{ all_matches('abstract', '(?:https?://|github\\.com/)[^\\s<>"{}|\\\\^`]+') }} as urls

    from abstracts

),

found as (

    {{ explode('matched', ['paper_id'], 'urls') }}

),

trimmed as (

    select
        paper_id,
        {{ replace_all('item', "[^\\p{L}\\p{N}/=_-]+$", '') }} as url

    from found

),

final as (

    select distinct
        paper_id,
        case when url like 'github.com/%' then 'https://' || url else url end as url

    from trimmed

)

select * from final
where {{ safe_url('url') }} is not null
