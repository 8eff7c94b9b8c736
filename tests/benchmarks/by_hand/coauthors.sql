-- coauthors and author_months, from the tables of the scripts before.

create temp table authored as
select
    author_id,
    paper_id,
    is_first,
    is_last,
    credit::double as credit,
    upvotes,
    standard_score,
    dated_on,
    row_number() over (partition by author_id order by upvotes desc nulls last) as place,
    count(*) over (partition by paper_id) as authors
from paper_authors
inner join measures using (paper_id);

-- Ids as numbers of the same order: pairs of numbers are counted faster.
create temp table numbered as
select author_id, row_number() over (order by author_id) as number
from (select distinct author_id from authored);

create table coauthors as
with
lines as (
    select number, paper_id, dated_on
    from authored
    inner join numbered using (author_id)
    where authors <= getvariable('coauthor_most_authors')
),
pairs as (
    select
        one.number as author,
        other.number as coauthor,
        count(*) as papers,
        min(one.dated_on) as first_paper_on,
        max(one.dated_on) as last_paper_on
    from lines as one
    inner join lines as other on one.paper_id = other.paper_id and one.number < other.number
    group by all
)
select
    authors.author_id,
    coauthors.author_id as coauthor_id,
    papers,
    first_paper_on,
    last_paper_on
from pairs
inner join numbered as authors on author = authors.number
inner join numbered as coauthors on coauthor = coauthors.number;

create table author_months as
select
    author_id,
    date_trunc('month', dated_on)::date as month_start_on,
    count(*) as papers,
    sum(credit) as credit,
    coalesce(sum(upvotes), 0)::bigint as upvotes
from authored
where dated_on is not null
group by all;
