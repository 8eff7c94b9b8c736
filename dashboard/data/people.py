"""Queries of authors: whom the leaderboard ranks, one person's papers, co-authors, topics, names.

What does not belong here: organizations, one paper.
"""

from __future__ import annotations

from typing import Final

from dashboard.data.paged import Board, newest_papers
from dashboard.data.warehouse import Result, Warehouse

BOARD: Final = Board(
    "authors",
    "author_id",
    {
        "papers": "Papers",
        "upvotes_total": "Upvotes in all",
        "score_shrunk": "Score, shrunk",
        "hub_h_index": "h-index on the hub",
        "first_author_papers": "Papers as first author",
        "rising_eb05": "Rising",
    },
)
"""The authors' leaderboard."""


def author(house: Warehouse, author_id: str) -> Result:
    """One author: a row of ``authors``, or none."""
    return house.run("select * from authors where author_id = $author_id", author_id=author_id)


def papers_of(house: Warehouse, author_id: str, page: int = 1, limit: int = 20) -> Result:
    """An author's papers, newest first, with ``matches``, their number."""
    written = "select paper_id from paper_authors where author_id = $author_id and not is_hidden"
    return newest_papers(house, written, page, limit, author_id=author_id)


def coauthors_of(house: Warehouse, author_id: str, limit: int = 24) -> Result:
    """Those an author wrote most papers with, by the author lines the hub shows.

    Counted from the papers: ``coauthors`` has each pair once, so half of a person's pairs lie
    scattered over a table a hundred times as long.
    """
    return house.run(
        """
with

others as (

    select
        unnest(author_ids) as author_id,
        coalesce(first_listed_on, published_on) as dated_on

    from papers
    where paper_id in (
        select paper_id from paper_authors where author_id = $author_id and not is_hidden
    )

),

pairs as (

    select
        author_id,
        count(*) as papers,
        min(dated_on) as first_paper_on,
        max(dated_on) as last_paper_on

    from others
    where author_id <> $author_id
    group by author_id
    order by papers desc, last_paper_on desc, author_id
    limit $limit

)

select
    pairs.author_id,
    authors.name,
    pairs.papers,
    pairs.first_paper_on,
    pairs.last_paper_on

from pairs
inner join authors using (author_id)
order by pairs.papers desc, pairs.last_paper_on desc, pairs.author_id
""",
        author_id=author_id,
        limit=limit,
    )


def links_among(house: Warehouse, author_ids: tuple[str, ...]) -> Result:
    """Pairs of the given authors who wrote papers together."""
    return house.run(
        """
with

written as materialized (

    select
        author_id,
        paper_id

    from paper_authors
    where author_id in (select unnest($author_ids)) and not is_hidden

)

select
    one.author_id,
    other.author_id as coauthor_id,
    count(*) as papers

from written as one
inner join written as other on one.paper_id = other.paper_id and one.author_id < other.author_id
group by one.author_id, other.author_id
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
