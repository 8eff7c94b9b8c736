"""Queries of one paper: its facts, curve, listings, links, claims and what is like it.

What does not belong here: lists of papers by day (``listings``) or by words (``search``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from dashboard.data import search
from dashboard.data.paged import PAPER
from dashboard.data.warehouse import Result, Warehouse

_VERSIONED: Final = re.compile(r"^(\d{4}\.\d{4,5})v\d+$")
SIMILAR_SHOWN: Final = 6
MOST_ROWS: Final = 5000


def plain_id(written: str) -> str:
    """A paper's id as people paste it: without spaces around and arXiv's version behind."""
    return _VERSIONED.sub(r"\1", written.strip())


def paper(house: Warehouse, paper_id: str) -> Result:
    """One paper: a row of ``papers``, or none.

    One that was known by its card alone is found by that id still.
    """
    found = _paper(house, paper_id)
    if len(found) or not house.has("paper_aliases"):
        return found
    own = house.run("select paper_id from paper_aliases where alias_id = $alias", alias=paper_id)
    return _paper(house, own.first["paper_id"]) if own.first else found


def _paper(house: Warehouse, paper_id: str) -> Result:
    return house.run(
        f"select {PAPER} from papers where paper_id = $paper_id",  # noqa: S608
        paper_id=paper_id,
    )


def upvote_curve(house: Warehouse, paper_id: str) -> Result:
    """Every observation of a paper, oldest first."""
    return _rows_of(house, paper_id, "paper_observations", "observed_at")


def listed_on(house: Warehouse, paper_id: str) -> Result:
    """The days a paper was listed on, oldest first, with its rank and who brought it."""
    return _rows_of(house, paper_id, "paper_listings", "listing_date")


def author_lines(house: Warehouse, paper_id: str) -> list[dict[str, Any]]:
    """A paper's authors in order, with the person each line was found to be and why."""
    lines = _rows_of(house, paper_id, "paper_authors", "position").rows
    return [line for line in lines if not line["is_hidden"]]


def earlier_titles(house: Warehouse, paper: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Titles a paper (a row of ``papers``) had and has no more, the last one first.

    Returns:
        ``title`` and ``valid_to_at``, the first observation of the title after it (UTC).
    """
    if not house.has("paper_titles"):
        return []
    return house.run(
        """
select
    title,
    max(valid_to_at) as valid_to_at

from paper_titles
where paper_id = $paper_id and not is_current and title <> $title
group by title
order by valid_to_at desc, title
limit 20
""",
        paper_id=paper["paper_id"],
        title=paper["title"],
    ).rows


def links(house: Warehouse, paper_id: str) -> Result:
    """Addresses found with a paper, code first."""
    code_first = (
        "list_position(['code', 'project', 'model', 'dataset', 'demo', 'other'], kind), url"
    )
    return _rows_of(house, paper_id, "paper_links", code_first)


def scale_claims(house: Warehouse, paper_id: str) -> Result:
    """Numbers of scale read from a paper's title and abstract."""
    return _rows_of(house, paper_id, "paper_scale_claims", "claim_value desc, text_span")


def _rows_of(house: Warehouse, paper_id: str, table: str, order: str) -> Result:
    return house.run(
        f"""
select *
from {table}
where paper_id = $paper_id
order by {order}
limit {MOST_ROWS}
""",  # noqa: S608 - tables and orders are this module's own
        paper_id=paper_id,
    )


def similar(house: Warehouse, paper_id: str) -> Result:
    """Papers like this one in topics, people and words, most alike first."""
    row = paper(house, paper_id).first
    found = search.opened(house).similar(row, SIMILAR_SHOWN) if row else []
    return search.by_ids(house, tuple(found))
