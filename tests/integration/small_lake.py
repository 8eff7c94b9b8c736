"""A small lake whose right answers ``test_marts_truth.py`` tells: two papers and two cards.

What does not belong here: expectations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from orchestration.collect import lake
from orchestration.settings import Settings

MONDAY = date(2026, 3, 2)
ONE, TWO, CARD = "2603.00001", "2603.00002", "page:00000000000a"


def at(day: int, hour: int = 9) -> datetime:
    """An instant of March 2026."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def author(name: str, **values: Any) -> dict[str, Any]:
    """An author line."""
    return {"name": name, "is_hidden": False} | values


def listed(paper_id: str, day: int, observed_at: datetime, **values: Any) -> dict[str, Any]:
    """A row of ``listings``."""
    return {
        "source": "hub",
        "listing_kind": "day",
        "listing_date": date(2026, 3, day),
        "observed_at": observed_at,
        "paper_id": paper_id,
        "title": f"Paper {paper_id}",
        "is_published_year_inferred": False,
        "landed_in": "made by a test",
    } | values


def observed(day: int, observed_at: datetime, status: str, **values: Any) -> dict[str, Any]:
    """A row of ``observations``."""
    return {
        "source": "hub",
        "listing_kind": "day",
        "listing_date": date(2026, 3, day),
        "observed_at": observed_at,
        "pages_fetched": 1,
        "status": status,
        "is_end_seen": status != "partial",
    } | values


SMITHS = [author("Ann Smith", username="ann", status="claimed_verified"), author("Bo Li")]
LISTINGS = [
    listed(ONE, 2, at(2), rank=1, upvotes=5, num_comments=1, authors=SMITHS, author_count=2,
           organization_id="lab", organization_name="The Lab", submitter_username="sue",
           github_url="https://github.com/owner/repo/tree/main", project_url="javascript:x"),
    listed(ONE, 2, at(3), rank=2, upvotes=9, num_comments=None, author_count=2,
           title="One:  a new title"),
    listed(TWO, 2, at(2), rank=2, upvotes=0, submitter_username="sue",
           abstract="See github.com/owner/two. It has 7B parameters."),
    listed(TWO, 2, at(3), rank=1, upvotes=12),
    # Listed again a week later, by somebody else.
    listed(TWO, 9, at(9), rank=1, upvotes=11, submitter_username="joe"),
    # A search shows a card that is ONE, another that is nobody's, and no listing day.
    listed(CARD, 4, at(4), source="page", listing_kind="search", title="one - A NEW TITLE",
           abstract="A card's abstract.", author_count=3),
    listed("page:00000000000b", 4, at(4), source="page", listing_kind="search", title="Unknown",
           author_count=3, published_at=at(1), is_published_year_inferred=True),
    listed("2603.99999", 2, at(2), source="demo", upvotes=99),
]  # fmt: skip
OBSERVATIONS = [
    observed(2, at(2), "complete"),
    observed(2, at(3), "complete"),
    observed(3, at(3), "empty"),  # the day was not over yet
    observed(3, at(4), "empty"),
    # The fourth is missing; the fifth's end was not seen, and it gave nothing.
    observed(5, at(5), "partial"),
    observed(7, at(7), "empty"),  # a Saturday
    observed(9, at(9), "complete"),
    observed(9, at(10), "complete"),
    observed(4, at(4), "complete", source="page", listing_kind="search"),
    observed(2, at(2), "complete", source="demo"),
]
HISTORY = [
    {"source": "recorder", "paper_id": ONE, "observed_at": at(2, 12), "upvotes": 8},
    {"source": "recorder", "paper_id": ONE, "observed_at": at(2), "upvotes": 5},
    {"source": "recorder", "paper_id": "2603.77777", "observed_at": at(2), "upvotes": 8},
    # A file imported later tells the same instant otherwise, and knows nothing of the comments.
    {"source": "recorder", "paper_id": TWO, "observed_at": at(6), "upvotes": 3,
     "num_comments": 2, "landed_in": "history/b/20260310T090000000000Z-p0-b.zst"},
    {"source": "recorder", "paper_id": TWO, "observed_at": at(6), "upvotes": 12,
     "landed_in": "history/a/20260311T090000000000Z-p0-a.zst"},
]  # fmt: skip
ARXIV = [
    {"paper_id": ONE, "observed_at": at(10), "title": "One: a new title", "doi": "10.1/one",
     "published_at": at(1), "categories": ["cs.CL", "cs.LG"], "primary_category": "cs.CL",
     "authors": ["Ann Smith", "Bo Li"], "is_withdrawn": False},
]  # fmt: skip
DETAILS = [
    {"paper_id": ONE, "observed_at": at(11), "upvotes": 10,
     "linked_models": [{"repository_id": "owner/model"}]},
]  # fmt: skip
QUARANTINED = [
    # One record, met in two observations; two files that could not be read at all.
    {"source": "hub", "landed_in": "hub/x", "place": "$[3]", "reason": "no id",
     "first_seen_at": at(2), "payload": "{}"},
    {"source": "hub", "landed_in": "hub/y", "place": "$[4]", "reason": "no id",
     "first_seen_at": at(3), "payload": "{}"},
    {"source": "history", "landed_in": "history/x", "place": "$", "reason": "no column source",
     "first_seen_at": at(2), "payload": ""},
    {"source": "history", "landed_in": "history/y", "place": "$", "reason": "no column source",
     "first_seen_at": at(2), "payload": ""},
]  # fmt: skip


TABLES: dict[str, Sequence[Mapping[str, Any]]] = {
    "listings": LISTINGS,
    "observations": OBSERVATIONS,
    "upvote_history": HISTORY,
    "arxiv_papers": ARXIV,
    "paper_details": DETAILS,
    "quarantined_records": QUARANTINED,
}


def write_lake(settings: Settings) -> None:
    """Write the rows above, one file a (source, listing date) where the dataset has them."""
    lake.prepare(settings.lake)
    for dataset, table in TABLES.items():
        groups: dict[Any, list[Mapping[str, Any]]] = {}
        for row in table:
            groups.setdefault((row.get("source"), row.get("listing_date")), []).append(row)
        for number, group in enumerate(groups.values()):
            lake.write(settings.lake, dataset, lake.rows(dataset, group), f"part{number}")
