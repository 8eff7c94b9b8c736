-- One row a mention: an author line of a paper's newest author list.
with

listings as (

    select * from {{ ref('stg_lake__listings') }}
    where {{ list_length('authors') }} > 0

),

arxiv_papers as (

    select * from {{ ref('stg_lake__arxiv_papers') }}
    where {{ list_length('author_names') }} > 0

),

paper_ids as (

    select * from {{ ref('int_paper_ids') }}

),

state as (

    select * from {{ ref('int_lake__state') }}

),

listed as (

    select
        paper_ids.paper_id,
        {{ newest('listings.authors', 'listings.observed_at') }} as authors

    from listings
    inner join paper_ids on listings.listed_paper_id = paper_ids.listed_paper_id
    cross join state
    where listings.source <> 'demo' or not state.has_real_days
    group by paper_ids.paper_id

),

papers as (

    select distinct paper_id from paper_ids

),

catalogued as (

    -- arXiv's list has names only, so it serves papers whose listings named no author.
    select
        arxiv_papers.paper_id,
        {{ newest('arxiv_papers.author_names', 'arxiv_papers.observed_at') }} as author_names

    from arxiv_papers
    inner join papers on arxiv_papers.paper_id = papers.paper_id
    left join listed on arxiv_papers.paper_id = listed.paper_id
    where listed.paper_id is null
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
        item.author_line_id,
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
        null as author_line_id,
        coalesce({{ clean_text('item') }}, 'unnamed') as name,
        null as username,
        null as full_name,
        null as status,
        false as is_hidden

    from catalogued_lines

)

select * from final
