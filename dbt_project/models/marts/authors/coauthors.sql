with

mentions as (

    select
        paper_id,
        author_id,
        count(*) over (partition by paper_id) as authors

    from {{ ref('paper_authors') }}

),

paper_authors as (

    -- Pairs grow with the square of a list, and one of thousands tells little of who works with whom.
    select
        mentions.paper_id,
        mentions.author_id,
        measures.dated_on

    from mentions
    inner join {{ ref('int_papers__measures') }} as measures
        on mentions.paper_id = measures.paper_id
    where mentions.authors <= {{ var('coauthor_most_authors') }}

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
