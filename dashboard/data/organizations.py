"""Queries of organizations: the leaderboard, and one organization's papers, people and topics."""

from __future__ import annotations

from datetime import date
from typing import Final

from dashboard.data.warehouse import Result, Warehouse

ORDERS: Final = {
    "papers": "Papers",
    "upvotes_total": "Upvotes in all",
    "score_shrunk": "Score, shrunk",
    "authors": "Authors",
    "rising_eb05": "Rising",
}
"""Orders of the leaderboard: column to the words shown."""


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
    """Organizations with at least ``minimum`` papers since a month, best first.

    Args:
        order: a key of :data:`ORDERS`.
        name: what the name has in it; case and accents do not count.
        since: first month counted, None for all time.

    Returns:
        Columns of ``organizations`` (with the window's ``papers`` and ``upvotes_total``) and
        ``matches``, their number in all.
    """
    return house.run(
        """
with

windowed as (

    select
        organization_id,
        sum(papers)::bigint as papers,
        sum(upvotes)::bigint as upvotes_total

    from organization_months
    where month_start_on >= $since
    group by organization_id

),

counted as (

    select
        rowid as place_in_table,
        *
    from organizations
    where $since is null
    union all by name
    select
        organizations.rowid as place_in_table,
        organizations.* replace (
            windowed.papers as papers,
            windowed.upvotes_total as upvotes_total
        )
    from windowed
    inner join organizations using (organization_id)

),

kept as (

    select
        place_in_table,
        organization_id,
        papers,
        upvotes_total,
        case $order
            when 'upvotes_total' then upvotes_total
            when 'score_shrunk' then score_shrunk
            when 'authors' then authors
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
    order by place desc nulls last, papers desc, upvotes_total desc, organization_id
    limit $limit offset $offset

)

select
    organizations.* replace (chosen.papers as papers, chosen.upvotes_total as upvotes_total),
    (select count(*) from kept) as matches

from chosen
inner join organizations on chosen.place_in_table = organizations.rowid
order by
    chosen.place desc nulls last,
    chosen.papers desc,
    chosen.upvotes_total desc,
    chosen.organization_id
""",
        order=order,
        minimum=minimum,
        name=name,
        since=since,
        only_rising=only_rising,
        limit=limit,
        offset=(page - 1) * limit,
    )


def organization(house: Warehouse, organization_id: str) -> Result:
    """One organization: a row of ``organizations``, or none."""
    return house.run(
        "select * from organizations where organization_id = $organization_id",
        organization_id=organization_id,
    )


def papers_of(house: Warehouse, organization_id: str, page: int = 1, limit: int = 20) -> Result:
    """An organization's papers, newest first, with ``matches``, their number."""
    return house.run(
        """
with

chosen as (

    select
        paper_id,
        coalesce(first_listed_on, published_on) as dated_on,
        papers.rowid as place_in_table,
        count(*) over () as matches

    from papers
    where organization_id = $organization_id
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
        organization_id=organization_id,
        limit=limit,
        offset=(page - 1) * limit,
    )


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
select
    paper_authors.author_id,
    any_value(authors.name) as name,
    count(distinct paper_authors.paper_id) as papers

from papers
inner join paper_authors using (paper_id)
inner join authors using (author_id)
where papers.organization_id = $organization_id and not paper_authors.is_hidden
group by paper_authors.author_id
order by papers desc, name, author_id
limit $limit
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
