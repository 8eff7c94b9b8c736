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
from orchestration.publish.query import MAX_LENGTH, Kind, Part, Query, parse_query
from orchestration.publish.search_index import Hits, SearchIndex

PAPERS_SHOWN: Final = 20
SHORTEST_BEGINNING: Final = 3
LONGEST_SHORTENED: Final = 100
MOST_OFFERED: Final = 8
"""Looser queries that are tried at a time, and so shown at most."""

MOST_PAGES: Final = 500
"""As deep as anybody may leaf: the index has to rank everything before a page."""

ORDERS: Final = {"relevance": "Best match", "newest": "Newest", "upvotes": "Upvotes"}
"""Orders of the hits: the parameter's value to the word shown."""

_NEWEST: Final = "order by coalesce(first_listed_on, published_on) desc nulls last, paper_id"
_ORDERED: Final = {
    "relevance": f"-- How well each fits, only the search knows: here newest first.\n{_NEWEST}",
    "newest": _NEWEST,
    "upvotes": "order by coalesce(upvotes, 0) desc, paper_id",
}

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
    shown = Result(by_ids(house, tuple(hits.paper_ids)).table, as_sql(query, order, offset))
    return Found(shown, hits, words)


def as_sql(query: Query, order: str, offset: int) -> str:
    """The query as SQL that finds the same papers, in the same order where SQL knows it."""
    where, parameters = query.where()
    sql = f"""
select *
from papers
where {where}
{_ORDERED[order]}
limit {PAPERS_SHOWN} offset {offset}
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
    written = [str(part) for part in parts]
    without_one = [" ".join(written[:index] + written[index + 1 :]) for index in range(len(parts))]
    alone = [str(part) for part in parts if not part.negated]
    beginnings = [
        str(Part(Kind.PREFIX, part.value[: max(SHORTEST_BEGINNING, len(part.value) * 2 // 3)]))
        for part in parts
        if part.kind is Kind.WORDS and not part.negated and _is_word(part.value)
    ]
    return _finding(house, without_one) or _finding(house, alone + beginnings)


def _finding(house: Warehouse, texts: list[str]) -> list[tuple[str, int]]:
    index = opened(house)
    tried = [text for text in dict.fromkeys(texts) if 0 < len(text) <= MAX_LENGTH][:MOST_OFFERED]
    found = [(text, index.count(parse_query(text))) for text in tried]
    return sorted((offer for offer in found if offer[1]), key=lambda offer: offer[1])


def _is_word(value: str) -> bool:
    return value.isalnum() and len(value) <= LONGEST_SHORTENED
