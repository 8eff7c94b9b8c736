"""Rows that several subjects have: papers newest first, topics by year, and leaderboards.

What does not belong here: which papers or whom, and one subject's own facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dashboard.data.warehouse import Result, Value, Warehouse

PAPER: Final = """papers.* replace (
        coalesce(
            (
                select list(own.topic order by topics.papers nulls first, own.topic)
                from (select unnest(papers.topics) as topic) as own
                left join topics on own.topic = topics.topic
            ),
            papers.topics
        ) as topics
    )"""
"""Columns of a paper as cards show it: of its topics, the rarest say most about it."""

WINDOWS: Final = (12, 3)
"""Windows of the leaderboards in months; their tables have columns for each."""


@dataclass(frozen=True)
class Board:
    """Whom a leaderboard ranks: a table with its key, and its orders (column to the words shown).

    The table has ``name``, ``is_rising``, ``papers`` and ``upvotes_total``, and for each of
    :data:`WINDOWS` ``papers_N_months`` and ``upvotes_N_months``.
    """

    table: str
    key: str
    orders: Mapping[str, str]

    @property
    def one(self) -> str:
        """What one of them is called."""
        return self.key.removesuffix("_id")


@dataclass(frozen=True)
class Wanted:
    """What a reader asked of a leaderboard.

    Attributes:
        order: a key of the board's orders.
        minimum: least number of papers in the window.
        name: what the name has in it; case and accents do not count.
        months: one of :data:`WINDOWS`, None for all time.
    """

    order: str
    minimum: int = 1
    name: str | None = None
    months: int | None = None
    only_rising: bool = False
    page: int = 1


def page_of(
    house: Warehouse, sql: str, page: int, limit: int, **parameters: Value | tuple[Value, ...]
) -> Result:
    """A page of what ``sql`` gives; the last one when there are not so many.

    Args:
        sql: takes ``$limit`` and ``$offset``; its rows have ``matches``, how many there are in all.
    """
    result = house.run(sql, limit=limit, offset=(page - 1) * limit, **parameters)
    if page == 1 or len(result):
        return result
    first = page_of(house, sql, 1, limit, **parameters)
    last = -(-first.first["matches"] // limit) if first.first else 1
    return page_of(house, sql, last, limit, **parameters)


def leaderboard(house: Warehouse, board: Board, wanted: Wanted, limit: int = 50) -> Result:
    """A page of those with enough papers in the window, best first.

    Returns:
        Columns of the board's table (with the window's ``papers`` and ``upvotes_total``) and
        ``matches``, their number in all.

    Raises:
        KeyError: the board has no such order.
    """
    if wanted.order not in board.orders:
        raise KeyError(wanted.order)
    papers, upvotes = "papers", "upvotes_total"
    if wanted.months is not None:
        papers, upvotes = f"papers_{wanted.months}_months", f"upvotes_{wanted.months}_months"
    order = {"papers": papers, "upvotes_total": upvotes}.get(wanted.order, wanted.order)
    best_first = (f"{order} desc nulls last", f"{papers} desc", f"{upvotes} desc", board.key)
    return page_of(
        house,
        f"""
with

kept as (

    select
        rowid as place_in_table,
        {board.key},
        {", ".join(dict.fromkeys((order, papers, upvotes)))}

    from {board.table}
    where
        {papers} >= $minimum
        and (not $only_rising or is_rising)
        and ($name is null or contains(lower(strip_accents(name)), lower(strip_accents($name))))

),

chosen as (

    select *
    from kept
    order by {", ".join(best_first)}
    limit $limit offset $offset

)

select
    {board.table}.* replace (chosen.{papers} as papers, chosen.{upvotes} as upvotes_total),
    (select count(*) from kept) as matches

from chosen
inner join {board.table} on chosen.place_in_table = {board.table}.rowid
order by {", ".join(f"chosen.{rank}" for rank in best_first)}
""",  # noqa: S608 - names of columns and tables are this package's own
        wanted.page,
        limit,
        minimum=wanted.minimum,
        name=wanted.name,
        only_rising=wanted.only_rising,
    )


def newest_papers(house: Warehouse, ids: str, page: int, limit: int, **parameters: Value) -> Result:
    """A page of the papers whose ids the query ``ids`` gives, newest first.

    Args:
        ids: gives ``paper_id``; may take ``parameters``.

    Returns:
        Columns of ``papers`` and ``matches``, how many there are in all.
    """
    return page_of(
        house,
        f"""
with

chosen as (

    select
        papers.rowid as place_in_table,
        papers.paper_id,
        coalesce(papers.first_listed_on, papers.published_on) as dated_on,
        count(*) over () as matches

    from papers
    where papers.paper_id in ({ids})
    order by dated_on desc nulls last, papers.paper_id
    limit $limit offset $offset

)

select
    {PAPER},
    chosen.matches

from chosen
inner join papers on chosen.place_in_table = papers.rowid
order by chosen.dated_on desc nulls last, papers.paper_id
""",  # noqa: S608 - the queries are this package's own
        page,
        limit,
        **parameters,
    )


def topics_by_year(house: Warehouse, ids: str, limit: int, **parameters: Value) -> Result:
    """How many of the papers whose ids the query ``ids`` gives carry each topic, by year.

    Only the ``limit`` topics that most of them carry.
    """
    return house.run(
        f"""
with

tagged as (

    select
        year(coalesce(first_listed_on, published_on)) as year,
        unnest(topics) as topic

    from papers
    where paper_id in ({ids})

),

frequent as (

    select topic from tagged group by topic order by count(*) desc, topic limit $limit

)

select
    year,
    topic,
    count(*) as papers

from tagged
where topic in (select topic from frequent) and year is not null
group by year, topic
order by year, papers desc, topic
""",  # noqa: S608 - the queries are this package's own
        limit=limit,
        **parameters,
    )
