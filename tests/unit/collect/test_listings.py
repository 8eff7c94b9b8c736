"""One observation of a day: complete only when that is a fact."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration.collect.landing import Landed, land
from orchestration.collect.listings import listing_tables
from tests.unit.collect.hub_records import body_of, hub_record

AT = datetime(2026, 2, 3, 4, tzinfo=UTC)
DAY = date(2026, 2, 3)


def page(root: Path, number: int, *items: Any, **facts: Any) -> tuple[Landed, bytes]:
    body = body_of(*items)
    return land(root, "hub", str(DAY), AT, number, body, **{"limit": 3, **facts}), body


def observation(*pages: tuple[Landed, bytes]) -> dict[str, Any]:
    (row,) = listing_tables(pages)["observations"].to_pylist()
    return dict(row)


def test_pages_to_a_short_last_one_are_complete(tmp_path: Path) -> None:
    pages = [
        page(tmp_path, 0, *map(hub_record, "abc"), next_url="http://hub/p1"),
        page(tmp_path, 1, *map(hub_record, "de")),
    ]

    tables = listing_tables(pages)

    assert tables["listings"].select(["paper_id", "rank"]).to_pylist() == [
        {"paper_id": name, "rank": rank} for rank, name in enumerate("abcde", 1)
    ]
    assert observation(*pages) == {
        "source": "hub",
        "listing_kind": "day",
        "listing_date": DAY,
        "observed_at": AT,
        "pages_fetched": 2,
        "rows_per_page": [3, 2],
        "papers": 5,
        "quarantined": 0,
        "is_end_seen": True,
        "status": "complete",
        "landed_in": [landed.path for landed, _ in pages],
        "schema_version": 1,
    }


def test_an_empty_day_is_empty_and_recorded(tmp_path: Path) -> None:
    tables = listing_tables([page(tmp_path, 0)])

    assert tables["listings"].num_rows == 0
    assert observation(page(tmp_path, 0))["status"] == "empty"


@pytest.mark.parametrize(
    "why",
    [
        "a next page is named",
        "a full page",
        "a page is missing",
        "a repeated paper",
        "no record that can be read",
    ],
)
def test_partial_when_something_may_be_missing(tmp_path: Path, why: str) -> None:
    pages = {
        "a next page is named": [page(tmp_path, 0, hub_record("a"), next_url="http://hub/p1")],
        "a full page": [page(tmp_path, 0, *map(hub_record, "abc"))],
        "a page is missing": [page(tmp_path, 1, hub_record("a"))],
        "a repeated paper": [
            page(tmp_path, 0, *map(hub_record, "abc"), next_url="http://hub/p1"),
            page(tmp_path, 1, *map(hub_record, "cd")),
        ],
        "no record that can be read": [page(tmp_path, 0, "{'paper': 1}")],
    }[why]

    assert observation(*pages)["status"] == "partial"


def test_a_record_that_can_t_be_read_is_told_beside_a_complete_observation(tmp_path: Path) -> None:
    """Else one such record would keep its day from ever being complete."""
    seen = observation(page(tmp_path, 0, hub_record("a"), "{'paper': 1}"))

    assert (seen["status"], seen["papers"], seen["quarantined"]) == ("complete", 1, 1)
    assert (seen["is_end_seen"], seen["rows_per_page"]) == (True, [2])


def test_a_repeated_paper_is_one_row_and_keeps_its_first_place(tmp_path: Path) -> None:
    tables = listing_tables(
        [
            page(tmp_path, 0, *map(hub_record, "abc"), next_url="http://hub/p1"),
            page(tmp_path, 1, *map(hub_record, "cd")),
        ]
    )

    rows = tables["listings"].select(["paper_id", "rank"]).to_pylist()
    assert [(row["paper_id"], row["rank"]) for row in rows] == [
        ("a", 1), ("b", 2), ("c", 3), ("d", 5)
    ]  # fmt: skip


def test_a_refused_record_keeps_its_place_and_its_bytes(tmp_path: Path) -> None:
    landed, body = page(tmp_path, 0, hub_record("a"), "{'paper': 1}", hub_record("b"))

    tables = listing_tables([(landed, body)])

    assert tables["listings"]["rank"].to_pylist() == [1, 3]
    assert tables["quarantined_records"].to_pylist() == [
        {
            "source": "hub",
            "landed_in": landed.path,
            "place": "$[1]",
            "reason": "the record is a string, not an object",
            "first_seen_at": AT,
            "payload": "{'paper': 1}",
            "schema_version": 1,
        }
    ]


@pytest.mark.parametrize("limit", [None, 100])
@pytest.mark.parametrize(("rows", "status"), [(49, "complete"), (50, "partial"), (100, "partial")])
def test_a_page_as_long_as_the_hub_may_cut_it_to_is_not_the_end(
    tmp_path: Path, rows: int, status: str, limit: int | None
) -> None:
    records = [hub_record(str(number)) for number in range(rows)]

    assert observation(page(tmp_path, 0, *records, limit=limit))["status"] == status


def test_an_error_object_is_a_partial_day_with_one_row_of_quarantine(tmp_path: Path) -> None:
    body = json.dumps({"error": "maintenance"}).encode()
    landed = land(tmp_path, "hub", str(DAY), AT, 0, body, limit=100)

    tables = listing_tables([(landed, body)])

    assert tables["observations"]["status"].to_pylist() == ["partial"]
    assert tables["observations"]["is_end_seen"].to_pylist() == [False]
    assert tables["quarantined_records"]["reason"].to_pylist() == [
        "not an array but an object with error"
    ]
