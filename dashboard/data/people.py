"""Queries of authors: whom the leaderboard ranks, one person's papers, co-authors, topics,
names, namesakes.

What does not belong here: organizations, one paper.
"""

from __future__ import annotations

from typing import Final

from dashboard.data.paged import Board, newest_papers, topics_by_year
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

PAPERS: Final = "select paper_id from paper_authors where author_id = $author_id and not is_hidden"
"""An author's papers, without those whose line the hub hides."""


def author(house: Warehouse, author_id: str) -> Result:
    """One author: a row of ``authors``, or none."""
    return house.run("select * from authors where author_id = $author_id", author_id=author_id)


def papers_of(house: Warehouse, author_id: str, page: int = 1, limit: int = 20) -> Result:
    """An author's papers that may be shown, newest first, with ``matches``, their number."""
    return newest_papers(house, PAPERS, page, limit, author_id=author_id)


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
    return topics_by_year(house, PAPERS, limit, author_id=author_id)


def names_of(house: Warehouse, author_id: str) -> Result:
    """The names an author is listed under, most frequent first."""
    return house.run(
        """
select
    name_as_listed,
    count(*) as papers

from paper_authors
where author_id = $author_id and not is_hidden
group by name_as_listed
order by papers desc, name_as_listed
limit 20
""",
        author_id=author_id,
    )


def hidden_papers_of(house: Warehouse, author_id: str) -> int:
    """How many of an author's papers have their line hidden by the hub.

    Such a paper counts (its credit is shared among all lines), and is never shown as theirs.
    """
    hidden = house.run(
        "select count(*) as papers from paper_authors where author_id = $author_id and is_hidden",
        author_id=author_id,
    ).first
    return hidden["papers"] if hidden else 0


def namesakes_of(house: Warehouse, author_id: str, limit: int = 20) -> Result:
    """Lines joined as one author, then persons of the same name kept apart, the likeliest first.

    Returns:
        At most ``limit`` rows of each ``decision`` (joined, kept apart): ``author_id``, ``name``,
        ``papers``, ``reason``, ``confidence`` that it is this author, and ``shared_coauthors``.
    """
    return house.run(
        """
with

joined as (

    select
        author_id,
        name_as_listed as name,
        count(*) as papers,
        identity_method as reason,
        avg(identity_confidence) as confidence,
        null::bigint as shared_coauthors

    from paper_authors
    where
        author_id = $author_id
        and not is_hidden
        and identity_method not in ('only mention', 'kept apart', 'same paper')
    group by author_id, name_as_listed, identity_method
    order by papers desc, name, reason
    limit $limit

),

others as (

    select
        if(author_id = $author_id, other_author_id, author_id) as author_id,
        kept_apart_by as reason,
        same_person_confidence as confidence,
        shared_coauthors

    from author_links
    where author_id = $author_id or other_author_id = $author_id
    order by confidence desc, 1
    limit $limit

),

kept_apart as (

    select
        author_id,
        authors.name,
        authors.papers,
        others.reason,
        others.confidence,
        others.shared_coauthors

    from others
    inner join authors using (author_id)

)

select 'joined' as decision, * from joined
union all
select 'kept apart' as decision, * from kept_apart
order by decision, confidence desc, papers desc, author_id, name, reason
""",
        author_id=author_id,
        limit=limit,
    )
