"""Queries of authors: the leaderboard, and one person's papers, co-authors, topics and names.

What does not belong here: organizations, one paper.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from dashboard.data.warehouse import Result, Warehouse

ORDERS: Final = {
    "papers": "Papers",
    "upvotes_total": "Upvotes in all",
    "score_shrunk": "Score, shrunk",
    "hub_h_index": "h-index on the hub",
    "first_author_papers": "Papers as first author",
    "rising_eb05": "Rising",
}
"""Orders of the authors' leaderboard: column to the words shown."""


def leaderboard(
    house: Warehouse,
    order: str,
    minimum: int,
    name: str | None = None,
    since: date | None = None,
    only_rising: bool = False,
    page: int = 1,
    limit: int = 50,
) -> Result:
    """Authors with at least ``minimum`` papers since a month, best first.

    Args:
        order: a key of :data:`ORDERS`.
        name: what the name has in it; case and accents do not count.
        since: first month counted, None for all time.

    Returns:
        Columns of ``authors`` (with the window's ``papers`` and ``upvotes_total``) and
        ``matches``, their number in all.
    """
    return house.run(
        """
with

windowed as (

    select
        author_id,
        sum(papers)::bigint as papers,
        sum(upvotes)::bigint as upvotes_total

    from author_months
    where month_start_on >= $since
    group by author_id

),

counted as (

    select
        rowid as place_in_table,
        *
    from authors
    where $since is null
    union all by name
    select
        authors.rowid as place_in_table,
        authors.* replace (
            windowed.papers as papers,
            windowed.upvotes_total as upvotes_total
        )
    from windowed
    inner join authors using (author_id)

),

kept as (

    select
        place_in_table,
        author_id,
        papers,
        upvotes_total,
        case $order
            when 'upvotes_total' then upvotes_total
            when 'score_shrunk' then score_shrunk
            when 'hub_h_index' then hub_h_index
            when 'first_author_papers' then first_author_papers
            when 'rising_eb05' then rising_eb05
            else papers
        end as place

    from counted
    where
        papers >= $minimum
        and (not $only_rising or is_rising)
        and ($name is null or contains(lower(strip_accents(name)), lower(strip_accents($name))))

),

chosen as (

    select *
    from kept
    order by place desc nulls last, papers desc, upvotes_total desc, author_id
    limit $limit offset $offset

)

select
    authors.* replace (chosen.papers as papers, chosen.upvotes_total as upvotes_total),
    (select count(*) from kept) as matches

from chosen
inner join authors on chosen.place_in_table = authors.rowid
order by
    chosen.place desc nulls last,
    chosen.papers desc,
    chosen.upvotes_total desc,
    chosen.author_id
""",
        order=order,
        minimum=minimum,
        name=name,
        since=since,
        only_rising=only_rising,
        limit=limit,
        offset=(page - 1) * limit,
    )


def author(house: Warehouse, author_id: str) -> Result:
    """One author: a row of ``authors``, or none."""
    return house.run("select * from authors where author_id = $author_id", author_id=author_id)


def papers_of(house: Warehouse, author_id: str, page: int = 1, limit: int = 20) -> Result:
    """An author's papers, newest first, with ``matches``, their number."""
    return house.run(
        """
with

written as (

    select distinct paper_id
    from paper_authors
    where author_id = $author_id and not is_hidden

),

chosen as (

    select
        paper_id,
        coalesce(papers.first_listed_on, papers.published_on) as dated_on,
        papers.rowid as place_in_table,
        count(*) over () as matches

    from written
    inner join papers using (paper_id)
    order by dated_on desc nulls last, paper_id
    limit $limit offset $offset

)

select
    papers.*,
    chosen.matches

from chosen
inner join papers on chosen.place_in_table = papers.rowid
order by chosen.dated_on desc nulls last, papers.paper_id
""",
        author_id=author_id,
        limit=limit,
        offset=(page - 1) * limit,
    )


def coauthors_of(house: Warehouse, author_id: str, limit: int = 24) -> Result:
    """Those an author wrote most papers with."""
    return house.run(
        """
with

pairs as (

    select coauthor_id as other_id, papers, first_paper_on, last_paper_on
    from coauthors
    where author_id = $author_id
    union all
    select author_id, papers, first_paper_on, last_paper_on
    from coauthors
    where coauthor_id = $author_id

)

select
    pairs.other_id as author_id,
    authors.name,
    pairs.papers,
    pairs.first_paper_on,
    pairs.last_paper_on

from pairs
inner join authors on pairs.other_id = authors.author_id
order by pairs.papers desc, pairs.last_paper_on desc, author_id
limit $limit
""",
        author_id=author_id,
        limit=limit,
    )


def links_among(house: Warehouse, author_ids: tuple[str, ...]) -> Result:
    """Pairs of the given authors who wrote papers together."""
    return house.run(
        """
select
    author_id,
    coauthor_id,
    papers

from coauthors
where list_contains($author_ids, author_id) and list_contains($author_ids, coauthor_id)
""",
        author_ids=author_ids,
    )


def topics_of(house: Warehouse, author_id: str, limit: int = 8) -> Result:
    """An author's topics by year: how many papers carry each; the ``limit`` most frequent."""
    return house.run(
        """
with

written as (

    select
        year(coalesce(papers.first_listed_on, papers.published_on)) as year,
        unnest(papers.topics) as topic

    from papers
    inner join (
        select distinct paper_id from paper_authors where author_id = $author_id
    ) using (paper_id)

),

frequent as (

    select topic from written group by topic order by count(*) desc, topic limit $limit

)

select
    year,
    topic,
    count(*) as papers

from written
where topic in (select topic from frequent) and year is not null
group by year, topic
order by year, papers desc, topic
""",
        author_id=author_id,
        limit=limit,
    )


def names_of(house: Warehouse, author_id: str) -> Result:
    """The names an author is listed under, most frequent first."""
    return house.run(
        """
select
    name_as_listed,
    count(*) as papers

from paper_authors
where author_id = $author_id
group by name_as_listed
order by papers desc, name_as_listed
limit 20
""",
        author_id=author_id,
    )
