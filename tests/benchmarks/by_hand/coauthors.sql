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

create table coauthors as
select
    one.author_id,
    other.author_id as coauthor_id,
    count(*) as papers,
    min(one.dated_on) as first_paper_on,
    max(one.dated_on) as last_paper_on
from authored as one
inner join authored as other on one.paper_id = other.paper_id and one.author_id < other.author_id
where one.authors <= getvariable('coauthor_most_authors')
group by all;

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
