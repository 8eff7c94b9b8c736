-- One row a mention: an author line of a paper's newest author list.
with

arxiv_papers as (

    select * from {{ ref('stg_lake__arxiv_papers') }}
    where {{ list_length('author_names') }} > 0

),

newest as (

    {{ newest_listings('has_authors') }}

),

listed as (

    select
        newest.paper_id,
        listings.authors

    from {{ ref('stg_lake__listings') }} as listings
    inner join newest on {{ listing_key('listings') }} = newest.listing_key

),

catalogued as (

    -- arXiv's list has names only, so it serves papers whose listings named no author.
    select
        arxiv_papers.paper_id,
        {{ newest('arxiv_papers.author_names', 'arxiv_papers.observed_at') }} as author_names

    from arxiv_papers
    left join newest on arxiv_papers.paper_id = newest.paper_id
    where newest.paper_id is null
    group by arxiv_papers.paper_id

),

listed_lines as (

    {{ explode('listed', ['paper_id'], 'authors') }}

),

catalogued_lines as (

    {{ explode('catalogued', ['paper_id'], 'author_names') }}

),

final as (

    select
        paper_id,
        position,
        coalesce({{ clean_text('item.name') }}, 'unnamed') as name,
        item.username,
        {{ clean_text('item.full_name') }} as full_name,
        item.status,
        coalesce(item.is_hidden, false) as is_hidden

    from listed_lines

    union all

    select
        paper_id,
        position,
        coalesce({{ clean_text('item') }}, 'unnamed') as name,
        null as username,
        null as full_name,
        null as status,
        false as is_hidden

    from catalogued_lines

)

select * from final
