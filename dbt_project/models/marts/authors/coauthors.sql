-- Made of mentions alone: the longest model begins as soon as they are identified. Pairs are counted by
-- the numbers of papers and authors.
{{ config(meta={'times_the_lake': 80}) }}
{#- Pairs grow with the square of a list, and one of thousands tells little of who works with whom. By
    nothing, it meets nothing: of a filter DuckDB would expect to leave too little. -#}
{%- set paper_number = (
    'case when lines <= ' ~ var('coauthor_most_authors') ~ ' then mention_number - position end'
) %}
with

authors as (

    select
        author_id,
        author_number

    from {{ ref('int_authors__identified') }}
    where is_oldest

),

-- Read twice, as what is read once for both would be held in memory. The dates make the part's rows the
-- wider ones, so DuckDB holds the others and goes through these: the pairs of a person come together, and
-- ids are written in a third less space and time.
mentions as (

    select
        author_number,
        {{ paper_number }} as paper_number

    from {{ ref('int_authors__identified') }}

),

mentions_of_part as (

    select
        author_number,
        dated_on,
        {{ paper_number }} as paper_number

    from {{ ref('int_authors__identified') }}
    -- Of a thousand ids that follow each other, the pairs stand side by side.
    where {{ in_part('author_number >> 10') }}

),

pairs as (

    select
        one.author_number,
        other.author_number as coauthor_number,
        count(*) as papers,
        min(one.dated_on) as first_paper_on,
        max(one.dated_on) as last_paper_on

    from mentions_of_part as one
    inner join mentions as other
        on one.paper_number = other.paper_number and one.author_number < other.author_number
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
    inner join authors on pairs.author_number = authors.author_number
    inner join authors as coauthors on pairs.coauthor_number = coauthors.author_number

)

select * from final
