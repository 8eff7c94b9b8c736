with

paper_authors as (

    select
        paper_authors.paper_id,
        paper_authors.author_id,
        measures.dated_on

    from {{ ref('paper_authors') }} as paper_authors
    inner join {{ ref('int_papers__measures') }} as measures
        on paper_authors.paper_id = measures.paper_id

),

pairs as (

    select
        one.author_id,
        other.author_id as coauthor_id,
        count(*) as papers,
        min(one.dated_on) as first_paper_on,
        max(one.dated_on) as last_paper_on

    from paper_authors as one
    inner join paper_authors as other
        on one.paper_id = other.paper_id and one.author_id < other.author_id
    group by one.author_id, other.author_id

)

select * from pairs
