"""Searching papers: hits of the full-text index, joined with what a card shows.

The grammar is :mod:`orchestration.publish.query`. What does not belong here: listings by day.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from dashboard.data.paged import PAPER
from dashboard.data.warehouse import OPEN_VERSIONS, Result, Warehouse, as_text
from orchestration.publish.indexing import build
from orchestration.publish.query import Kind, Part, Query, parse_query
from orchestration.publish.search_index import Hits, SearchIndex

PAPERS_SHOWN: Final = 20
SHORTEST_BEGINNING: Final = 3
MOST_PAGES: Final = 500
"""As deep as anybody may leaf: the index has to rank everything before a page."""

ORDERS: Final = {"relevance": "Best match", "newest": "Newest", "upvotes": "Upvotes"}
"""Orders of the hits: the parameter's value to the word shown."""

_opening = threading.Lock()


@dataclass(frozen=True)
class Found:
    """A page of hits: their papers in the order of the hits, and the counts to narrow by.

    ``words`` are what to mark in them; a star ends a beginning.
    """

    papers: Result
    hits: Hits
    words: tuple[str, ...]


def search(house: Warehouse, text: str, order: str = "relevance", page: int = 1) -> Found:
    """One page of the papers that match ``text``; the last one when there are not so many.

    Raises:
        orchestration.publish.query.QueryError: the text is no query; the message is for people.
    """
    query = parse_query(text)
    offset = (min(page, MOST_PAGES) - 1) * PAPERS_SHOWN
    hits = opened(house).search(query, order, limit=PAPERS_SHOWN, offset=offset)
    if offset and hits.matches <= offset:
        return search(house, text, order, max(1, -(-hits.matches // PAPERS_SHOWN)))
    words = tuple(
        part.value + ("*" if part.kind is Kind.PREFIX else "")
        for part in query.parts
        if part.kind in (Kind.WORDS, Kind.PREFIX) and not part.negated
    )
    shown = Result(by_ids(house, tuple(hits.paper_ids)).table, as_sql(query))
    return Found(shown, hits, words)


def as_sql(query: Query) -> str:
    """The query as SQL that finds the same papers: how well each fits only the index knows."""
    where, parameters = query.where()
    sql = f"""
select *
from papers
where {where}
order by first_listed_on desc nulls last, paper_id
limit {PAPERS_SHOWN}
"""  # noqa: S608 - what a reader typed is only in the parameters
    return as_text(sql, parameters)


def by_ids(house: Warehouse, paper_ids: tuple[str, ...]) -> Result:
    """Papers by their ids, in the order given; unknown ids are left out."""
    return house.run(
        f"""
with

wanted as (

    select
        unnest($paper_ids) as paper_id,
        generate_subscripts($paper_ids, 1) as place

),

placed as (

    select
        wanted.place,
        papers.rowid as place_in_table

    from wanted
    inner join papers using (paper_id)

)

select {PAPER}
from placed
inner join papers on placed.place_in_table = papers.rowid
order by placed.place
""",  # noqa: S608 - the columns are this package's own
        paper_ids=paper_ids,
    )


@lru_cache(maxsize=OPEN_VERSIONS)
def _opened(folder: Path) -> SearchIndex:
    return SearchIndex(folder)


def opened(house: Warehouse) -> SearchIndex:
    """The version's index. A version published without one gets it at its first search, once."""
    with _opening:
        if not house.search_index.exists():
            build(house.path, house.search_index)
        return _opened(house.search_index)


def loosened(house: Warehouse, text: str) -> list[tuple[str, int]]:
    """Looser queries than ``text`` that find something, with how much they find.

    One part of it is left away; where that does not help, each part alone and beginnings of words.
    """
    parts = parse_query(text).parts
    written = [_written(part) for part in parts]
    without_one = [" ".join(written[:index] + written[index + 1 :]) for index in range(len(parts))]
    alone = [_written(part) for part in parts if not part.negated]
    beginnings = [
        f"{part.value[: max(SHORTEST_BEGINNING, len(part.value) * 2 // 3)]}*"
        for part in parts
        if part.kind is Kind.WORDS and not part.negated and part.value.isalnum()
    ]
    return _finding(house, without_one) or _finding(house, alone + beginnings)


def _finding(house: Warehouse, texts: list[str]) -> list[tuple[str, int]]:
    found = {text: search(house, text).hits.matches for text in texts if text}
    return sorted((offer for offer in found.items() if offer[1]), key=lambda offer: offer[1])


def _written(part: Part) -> str:
    sign = "-" if part.negated else ""
    if part.kind is Kind.PREFIX:
        return f"{sign}{part.value}*"
    quoted = f'"{part.value}"' if " " in part.value else part.value
    return f"{sign}{quoted}" if part.kind is Kind.WORDS else f"{sign}{part.kind.value}:{quoted}"
