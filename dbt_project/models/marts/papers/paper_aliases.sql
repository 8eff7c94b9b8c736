with

paper_ids as (

    select * from {{ ref('int_paper_ids') }}

),

papers as (

    select paper_id from {{ ref('papers') }}

)

select
    paper_ids.listed_paper_id as alias_id,
    paper_ids.paper_id

from paper_ids
inner join papers on paper_ids.paper_id = papers.paper_id
where paper_ids.listed_paper_id <> paper_ids.paper_id
