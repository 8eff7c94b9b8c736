-- Made of mentions alone: the longest model begins as soon as they are identified. Pairs are counted by
-- the numbers of papers and authors.
{{ config(meta={'times_the_lake': 120}) }}
with

identified as (

    select * from {{ ref('int_authors__identified') }}

),

authors as (

    select
        author_id,
        author_number

    from identified
    where is_oldest

),

mentions as (

    select
        author_number,
        dated_on,
        mention_number - position as paper_number

    from identified
    -- Pairs grow with the square of a list, and one of thousands tells little of who works with whom.
    where lines <= {{ var('coauthor_most_authors') }}

),

pairs as (

    select
        one.author_number,
        other.author_number as coauthor_number,
        count(*) as papers,
        min(one.dated_on) as first_paper_on,
        max(one.dated_on) as last_paper_on

    from mentions as one
    inner join mentions as other
        on one.paper_number = other.paper_number and one.author_number < other.author_number
    where {{ in_part_of_numbers('one.author_number', '(select max(author_number) from authors)') }}
    group by one.author_number, other.author_number
    -- An order that the joins keep, by which an id is written once for many rows.
    order by one.author_number

),

final as (

    select
        authors.author_id,
        coauthors.author_id as coauthor_id,
        pairs.papers,
        pairs.first_paper_on,
        pairs.last_paper_on

    from pairs
    inner join authors on pairs.author_number = authors.author_number
    inner join authors as coauthors on pairs.coauthor_number = coauthors.author_number

)

select * from final
