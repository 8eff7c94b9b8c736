-- Pairs are counted by numbers in the order of the ids, which are texts and take longer to count by.
-- Made of mentions alone: the longest model begins as soon as they are identified.
with

numbered as (

    select
        author_id,
        row_number() over (order by author_id) as author_number

    from {{ ref('int_authors__identified') }}
    group by author_id

),

mentions as (

    select
        identified.paper_id,
        numbered.author_number,
        count(*) over (partition by identified.paper_id) as authors

    from {{ ref('int_authors__identified') }} as identified
    inner join numbered on identified.author_id = numbered.author_id

),

dated as (

    -- Pairs grow with the square of a list, and one of thousands tells little of who works with whom.
    select
        mentions.paper_id,
        mentions.author_number,
        dates.dated_on

    from mentions
    inner join {{ ref('int_papers__dates') }} as dates on mentions.paper_id = dates.paper_id
    where mentions.authors <= {{ var('coauthor_most_authors') }}

),

pairs as (

    select
        one.author_number,
        other.author_number as coauthor_number,
        count(*) as papers,
        min(one.dated_on) as first_paper_on,
        max(one.dated_on) as last_paper_on

    from dated as one
    inner join dated as other
        on one.paper_id = other.paper_id and one.author_number < other.author_number
    group by one.author_number, other.author_number

),

final as (

    select
        authors.author_id,
        coauthors.author_id as coauthor_id,
        pairs.papers,
        pairs.first_paper_on,
        pairs.last_paper_on

    from pairs
    inner join numbered as authors on pairs.author_number = authors.author_number
    inner join numbered as coauthors on pairs.coauthor_number = coauthors.author_number

)

select * from final
