-- The newest abstract of each paper: kept apart, since the long text makes wide joins slow.
with

listings as (

    select * from {{ ref('stg_lake__listings') }}

),

arxiv_papers as (

    select * from {{ ref('stg_lake__arxiv_papers') }}

),

paper_ids as (

    select * from {{ ref('int_paper_ids') }}

),

state as (

    select * from {{ ref('int_lake__state') }}

),

abstracts as (

    select
        listings.listed_paper_id,
        listings.abstract,
        listings.observed_at

    from listings
    cross join state
    where
        listings.abstract is not null
        and (listings.source <> 'demo' or not state.has_real_days)

    union all

    select
        paper_id as listed_paper_id,
        abstract,
        observed_at

    from arxiv_papers
    where abstract is not null

),

newest as (

    select
        paper_ids.paper_id,
        {{ newest('abstracts.abstract', 'abstracts.observed_at') }} as abstract

    from abstracts
    inner join paper_ids on abstracts.listed_paper_id = paper_ids.listed_paper_id
    group by paper_ids.paper_id

)

select * from newest
