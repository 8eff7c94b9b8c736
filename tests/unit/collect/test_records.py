"""Records are read field by field; what cannot be read goes to quarantine, alone."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from orchestration.collect.drift import NOTED, note_fields, tell_fields, unknown_fields
from orchestration.collect.records import MAX_PAYLOAD, parse_body
from orchestration.collect.rows import listing_table
from tests.unit.collect.hub_records import body_of, hub_record

AT = datetime(2026, 2, 3, 4, tzinfo=UTC)


def row_of(record: dict[str, Any]) -> dict[str, Any]:
    parsed = parse_body(body_of(record))
    assert not parsed.refused
    (row,) = listing_table(
        [parsed.records[0][1]],
        ranks=[1],
        source="hub",
        listing_kind="day",
        listing_date=date(2026, 2, 3),
        observed_at=AT,
        landed_in=["hub/x"],
    ).to_pylist()
    return row


def test_every_column_of_a_full_record() -> None:
    assert row_of(hub_record()) == {
        "source": "hub",
        "listing_kind": "day",
        "listing_date": date(2026, 2, 3),
        "observed_at": AT,
        "paper_id": "2602.00001",
        "rank": 1,
        "title": "Tides of 2602.00001",
        "abstract": "We measure tides.",
        "published_at": datetime(2026, 2, 2, tzinfo=UTC),
        "is_published_year_inferred": False,
        "submitted_at": datetime(2026, 2, 3, 1, tzinfo=UTC),
        "submitter_username": "ada",
        "submitter_name": "Ada T.",
        "author_count": 2,
        "authors": [
            {
                "author_line_id": "a1",
                "name": "Ada Tide",
                "username": "ada",
                "full_name": "Ada T.",
                "status": "claimed_verified",
                "status_changed_at": datetime(2026, 2, 3, 4, 5, 6, 789000, tzinfo=UTC),
                "is_hidden": False,
            },
            {
                "author_line_id": "a2",
                "name": "Ben Ebb",
                "username": None,
                "full_name": None,
                "status": None,
                "status_changed_at": None,
                "is_hidden": True,
            },
        ],
        "organization_id": "tideAI",
        "organization_name": "Tide AI",
        "upvotes": 7,
        "num_comments": 3,
        "github_url": "https://github.com/tide/tides",
        "github_stars": 12,
        "project_url": "https://example.org/tides",
        "discussion_id": "d1",
        "thumbnail_url": "https://example.org/tide.png",
        "media_urls": ["https://example.org/tide.mp4"],
        "ai_summary": "Tides, measured.",
        "ai_keywords": ["tides", "moon"],
        "is_author_participating": True,
        "extra": None,
        "landed_in": "hub/x",
        "schema_version": 1,
    }


def test_only_the_id_is_required_and_missing_is_null_not_zero() -> None:
    row = row_of({"paper": {"id": "2602.00001"}})

    told = {"source", "listing_kind", "listing_date", "observed_at", "paper_id", "rank"}
    told |= {"is_published_year_inferred", "landed_in", "schema_version"}
    assert {name for name, value in row.items() if value is not None} == told
    assert row_of({"paper": {"id": "1", "upvotes": 0, "authors": []}})["upvotes"] == 0
    assert row_of({"paper": {"id": "1", "upvotes": 0, "authors": []}})["authors"] == []


def test_fields_that_moved_between_shapes_are_found() -> None:
    old = {"paper": {"id": "1"}, "mediaUrl": "https://example.org/m", "title": "T", "summary": "S"}
    daily = {"paper": {"id": "1", "submittedOnDailyBy": {"name": "ben", "fullname": "Ben"}}}
    top = {"paper": {"id": "1"}, "organization": {"name": "tideAI"}}

    assert row_of(old)["media_urls"] == ["https://example.org/m"]
    assert (row_of(old)["title"], row_of(old)["abstract"]) == ("T", "S")
    assert row_of(daily)["submitter_username"] == "ben"
    assert (row_of(top)["organization_id"], row_of(top)["organization_name"]) == ("tideAI",) * 2


def test_unknown_fields_are_kept_and_told_once(tmp_path: Any) -> None:
    record = hub_record(tideLevel={"metres": 3})
    record["mood"] = "calm"
    record["paper"]["authors"][1]["shoeSize"] = 44
    table = listing_table(
        [parse_body(body_of(record)).records[0][1]],
        ranks=[1],
        source="hub",
        listing_kind="day",
        listing_date=date(2026, 2, 3),
        observed_at=AT,
        landed_in=["hub/x"],
    )

    assert json.loads(table["extra"][0].as_py()) == {
        "mood": "calm",
        "paper.tideLevel": {"metres": 3},
        "paper.authors[].shoeSize": [44],
    }
    names = unknown_fields({"listings": table})
    root = tmp_path / "lake"
    note_fields(root, names)
    assert tell_fields(root) == ["mood", "paper.authors[].shoeSize", "paper.tideLevel"]
    note_fields(root, names | {"paper.fresh"})
    assert tell_fields(root) == ["paper.fresh"]
    note_fields(root, names)
    assert tell_fields(root) == []
    # As it was written before fields waited to be told.
    (root / NOTED).write_text('["mood"]')
    note_fields(root, {"mood", "paper.fresh"})
    assert tell_fields(root) == ["paper.fresh"]


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"upvotes": "7"}, "paper.upvotes"),
        ({"upvotes": 7.5}, "paper.upvotes"),
        ({"upvotes": True}, "paper.upvotes"),
        ({"upvotes": -1}, "paper.upvotes"),
        ({"upvotes": 10**30}, "paper.upvotes"),
        ({"title": 2503.0213}, "paper.title"),
        ({"id": 2503.0213}, "paper.id"),
        ({"id": ""}, "paper.id"),
        ({"authors": {"name": "A"}}, "paper.authors"),
        ({"authors": ["A"]}, "paper.authors.0"),
        ({"authors": [{"name": 3}]}, "paper.authors.0.name"),
        ({"publishedAt": 1700000000}, "paper.publishedAt"),
        ({"publishedAt": "9999-12-31T23:59:59-14:00"}, "paper.publishedAt"),
        ({"ai_keywords": "tides"}, "paper.ai_keywords"),
        ({"organization": "tideAI"}, "paper.organization"),
        ({"title": "half a pair \ud800"}, ""),
    ],
)
def test_a_known_field_of_another_type_takes_only_its_record(
    changed: dict[str, Any], place: str
) -> None:
    parsed = parse_body(body_of(hub_record("1"), hub_record("2", **changed), hub_record("3")))

    assert [(position, r.paper.id) for position, r in parsed.records] == [(0, "1"), (2, "3")]
    (refused,) = parsed.refused
    assert refused.place == "$[1]"
    assert place in refused.reason
    refused.payload.encode()


@pytest.mark.parametrize("item", ["{'paper': {'id': '1'}}", None, 3, [], {}, {"paper": None}])
def test_items_that_are_no_records_are_refused_one_by_one(item: Any) -> None:
    parsed = parse_body(body_of(item, hub_record("2"), item))

    assert [r.paper.id for _, r in parsed.records] == ["2"]
    assert [refused.place for refused in parsed.refused] == ["$[0]", "$[2]"]
    assert parsed.rows == 3


def test_an_object_in_the_arrays_place_is_never_half_read() -> None:
    wrapped = {"status": "ok", "count": 2, "data": [hub_record("1"), hub_record("2")]}

    parsed = parse_body(json.dumps(wrapped).encode())

    assert parsed.records == []
    assert [refused.place for refused in parsed.refused] == ["$.data[0]", "$.data[1]"]
    assert "inside an object (status, count, data)" in parsed.refused[0].reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b"<html>", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (body_of(hub_record())[:-5], "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"error": "no"}', "not an array but an object with error"),
        (b'"[]"', "not an array but str"),
        (b"null", "not an array but NoneType"),
    ],
)
def test_a_body_that_is_no_array_is_refused_whole(body: bytes, reason: str) -> None:
    parsed = parse_body(body)

    assert parsed.records == []
    (refused,) = parsed.refused
    assert refused.place == "$"
    assert refused.reason.startswith(reason)
    assert len(refused.payload) <= MAX_PAYLOAD


def test_a_number_longer_than_python_takes_harms_its_record_alone() -> None:
    sound, endless = (
        json.dumps(hub_record("1")),
        '{"paper": {"id": "2", "upvotes": 1%s}}' % ("0" * 5000),
    )

    parsed = parse_body(f"[{sound}, {endless}]".encode())

    assert [r.paper.id for _, r in parsed.records] == ["1"]
    assert [refused.place for refused in parsed.refused] == ["$[1]"]


@pytest.mark.parametrize("depth", [*range(150, 300, 10), *range(900, 1050)])
def test_nesting_harms_its_record_or_its_body_and_crashes_nothing(depth: int) -> None:
    nested = "[" * depth + "]" * depth
    items = [
        json.dumps(hub_record("1")),
        f'{{"paper": {{"id": "2", "upvotes": {nested}}}}}',
        f'{{"paper": {{"id": "3", "tideLevel": {nested}}}}}',
    ]

    parsed = parse_body(f"[{', '.join(items)}]".encode())

    assert parsed.rows == (len(items) if parsed.is_array else 1)
    assert all(refused.reason for refused in parsed.refused)


def test_a_field_named_like_a_place_is_no_place() -> None:
    record = hub_record("1", **{"authors[].shoeSize": 1})
    record["paper"]["authors"][0]["shoeSize"] = 44
    record["extra"] = "mine"

    extra = json.loads(row_of(record)["extra"])

    assert extra == {"extra": "mine", "paper.authors[].shoeSize": [44]}


@pytest.mark.parametrize("mark", [chr(code) for code in range(0x3001) if chr(code).isspace()])
def test_white_space_of_every_kind_is_folded(mark: str) -> None:
    for low in ("low", "lów"):
        for text in (f"{low}{mark}tide", f"{mark}{low} {mark}{mark}tide{mark}"):
            assert row_of(hub_record(title=text))["title"] == f"{low} tide"


def test_a_time_outside_of_all_bounds_is_told_by_its_field() -> None:
    early = {"_id": "a", "statusLastChangedAt": "1989-12-31T00:00:00Z"}

    (refused,) = parse_body(body_of(hub_record("1", authors=[early]))).refused

    told = "paper.authors.0.statusLastChangedAt: not within the years 1990 to 2199"
    assert refused.reason == told
