-- Each listed id and the paper it means: a card of a listing page becomes the paper with the same
-- folded title when exactly one is known.
with

listings as (

    select * from {{ ref('stg_lake__listings') }}

),

arxiv_papers as (

    select * from {{ ref('stg_lake__arxiv_papers') }}

),

titles as (

    select distinct
        listed_paper_id,
        title

    from listings

    union

    select distinct
        paper_id as listed_paper_id,
        title

    from arxiv_papers

),

folded as (

    select
        listed_paper_id,
        {{ fold_text('title') }} as folded_title,
        listed_paper_id like 'page:%' as is_card

    from titles

),

known as (

    select
        folded_title,
        min(listed_paper_id) as paper_id,
        count(distinct listed_paper_id) as papers

    from folded
    where not is_card and folded_title is not null
    group by folded_title

),

resolved as (

    select
        folded.listed_paper_id,
        coalesce(
            max(known.paper_id) filter (where folded.is_card and known.papers = 1),
            folded.listed_paper_id
        ) as paper_id

    from folded
    left join known on folded.folded_title = known.folded_title
    group by folded.listed_paper_id

)

select * from resolved
