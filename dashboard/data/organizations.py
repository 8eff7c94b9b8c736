"""Queries of organizations: the leaderboard, and one organization's papers, people and topics."""

from __future__ import annotations

from typing import Final

from dashboard.data.paged import Board, newest_papers, topics_by_year
from dashboard.data.warehouse import Result, Warehouse

BOARD: Final = Board(
    "organizations",
    "organization_id",
    {
        "papers": "Papers",
        "upvotes_total": "Upvotes in all",
        "score_shrunk": "Score, shrunk",
        "authors": "Authors",
        "rising_eb05": "Rising",
    },
)
"""The organizations' leaderboard."""

PAPERS: Final = "select paper_id from papers where organization_id = $organization_id"
"""An organization's papers."""


def organization(house: Warehouse, key: str) -> Result:
    """One organization by its id, else by its name: a row of ``organizations``, or none."""
    return house.run(
        """
select *
from organizations
where organization_id = $key or name = $key
order by organization_id = $key desc, papers desc, organization_id
limit 1
""",
        key=key,
    )


def papers_of(house: Warehouse, organization_id: str, page: int = 1, limit: int = 20) -> Result:
    """An organization's papers, newest first, with ``matches``, their number."""
    return newest_papers(house, PAPERS, page, limit, organization_id=organization_id)


def months_of(house: Warehouse, organization_id: str) -> Result:
    """An organization's papers and upvotes by month, oldest first."""
    return house.run(
        """
select
    date_trunc('month', first_listed_on)::date as month,
    count(*) as papers,
    sum(upvotes)::bigint as upvotes

from papers
where organization_id = $organization_id and first_listed_on is not null
group by month
order by month
""",
        organization_id=organization_id,
    )


def authors_of(house: Warehouse, organization_id: str, limit: int = 15) -> Result:
    """The authors with most papers under an organization's name."""
    return house.run(
        """
with

written as (

    select unnest(author_ids) as author_id
    from papers
    where organization_id = $organization_id

),

frequent as (

    select
        author_id,
        count(*) as papers

    from written
    group by author_id
    order by papers desc, author_id
    limit $limit

)

select
    frequent.author_id,
    authors.name,
    frequent.papers

from frequent
inner join authors using (author_id)
order by frequent.papers desc, frequent.author_id
""",
        organization_id=organization_id,
        limit=limit,
    )


def topics_of(house: Warehouse, organization_id: str, limit: int = 15) -> Result:
    """The topics an organization's papers carry most."""
    return house.run(
        """
select
    topic,
    count(*) as papers

from (
    select unnest(topics) as topic
    from papers
    where organization_id = $organization_id
)
group by topic
order by papers desc, topic
limit $limit
""",
        organization_id=organization_id,
        limit=limit,
    )


def topics_over_time(house: Warehouse, organization_id: str, limit: int = 8) -> Result:
    """An organization's topics by year: how many papers carry each; the most frequent ones."""
    return topics_by_year(house, PAPERS, limit, organization_id=organization_id)
