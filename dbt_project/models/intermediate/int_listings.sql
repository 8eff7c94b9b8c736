-- Every observed listing row under the paper it means, without made-up days once real ones are
-- known, and without the long text and the author lists.
with

listings as (

    select
        {{ all_but(['abstract', 'authors']) }},
        abstract is not null as has_abstract,
        coalesce({{ list_length('authors') }} > 0, false) as has_authors

    from {{ ref('stg_lake__listings') }}

),

paper_ids as (

    select * from {{ ref('int_paper_ids') }}

),

state as (

    select * from {{ ref('int_lake__state') }}

),

resolved as (

    select
        paper_ids.paper_id,
        listings.*

    from listings
    inner join paper_ids on listings.listed_paper_id = paper_ids.listed_paper_id
    cross join state
    where listings.source <> 'demo' or not state.has_real_days

)

select * from resolved
