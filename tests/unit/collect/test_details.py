"""Details of trending papers: who is asked about, and what is kept of the answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orchestration.collect import lake
from orchestration.collect.details import collect_details, detail_tables, details_due
from orchestration.collect.hub import HubClient
from orchestration.collect.landing import Landed, iter_landed
from orchestration.collect.replay import replay
from orchestration.settings import Settings
from tests.fakes.faults import Faults
from tests.fakes.hub import FakeHub
from tests.fakes.listings import FixedListings

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
TODAY = NOW.date()


def list_papers(settings: Settings, upvotes: dict[str, int], days_ago: int, at: datetime) -> None:
    listing_date = TODAY - timedelta(days=days_ago)
    records = [
        {
            "source": "hub",
            "listing_kind": "day",
            "listing_date": listing_date,
            "observed_at": at,
            "paper_id": paper_id,
            "upvotes": count,
        }
        for paper_id, count in upvotes.items()
    ]
    lake.write(settings.lake, "listings", lake.rows("listings", records), f"{at:%H}-{days_ago}")


def hub_of(*ids: str) -> FixedListings:
    return FixedListings({TODAY: [{"paper": {"id": each, "upvotes": 7}} for each in ids]})


def parse(body: object) -> dict[str, list[dict[str, Any]]]:
    envelope = {"kind": "detail", "key": "x", "observed_at": NOW.isoformat()}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    tables = detail_tables(Landed("detail/x/y.zst", envelope), content)
    return {dataset: table.to_pylist() for dataset, table in tables.items()}


def test_papers_never_asked_about_come_first_then_the_oldest_answers() -> None:
    known = {
        "a": NOW - timedelta(days=2),
        "b": NOW - timedelta(days=3),
        "c": NOW - timedelta(hours=23),
        "gone": NOW - timedelta(days=9),
    }
    trending = ["a", "b", "c", "d", "e", "d"]
    assert details_due(trending, known, NOW, 10) == ["d", "e", "b", "a"]
    assert details_due(trending, known, NOW, 3) == ["d", "e", "b"]


def test_the_newest_upvotes_of_recent_days_tell_what_trends(settings: Settings) -> None:
    many = {f"2611.{number:05d}": number for number in range(20)}
    list_papers(settings, many, 1, NOW - timedelta(hours=5))
    # An older observation of the same day, in which the last paper was ahead of all.
    list_papers(settings, {"2611.00000": 999}, 1, NOW - timedelta(hours=9))
    list_papers(settings, {"2611.90000": 999}, 15, NOW - timedelta(hours=5))
    with FakeHub(hub_of(*many), now=NOW) as hub, HubClient(hub.url) as client:
        report = collect_details(settings, client, now=lambda: NOW)
        assert collect_details(settings, client, now=lambda: NOW).due == 0
    assert report.metadata() == {
        "due": 10,
        "written": 10,
        "missing": 0,
        "quarantined": 0,
        "problems": "",
    }
    assert sorted(hub.requests) == [f"/api/papers/2611.{number:05d}" for number in range(10, 20)]
    rows = lake.scan(settings.lake, "paper_details").to_table().to_pylist()
    assert sorted(row["paper_id"] for row in rows) == sorted(many)[10:]
    landed = {place.path for place in iter_landed(settings.landing, "detail")}
    assert {row["landed_in"] for row in rows} == landed
    assert all(row["linked_models_total"] == len(row["linked_models"]) for row in rows)


def test_a_paper_the_hub_does_not_know_costs_no_other(settings: Settings) -> None:
    list_papers(settings, {"2611.00001": 9, "2611.00002": 5}, 0, NOW)
    with FakeHub(hub_of("2611.00002"), now=NOW) as hub, HubClient(hub.url) as client:
        report = collect_details(settings, client, now=lambda: NOW)
    assert (report.due, report.written, report.missing, report.problems) == (2, 1, 1, [])


def test_a_paper_the_hub_does_not_know_is_asked_about_again_the_next_day(
    settings: Settings,
) -> None:
    list_papers(settings, {"2611.00001": 9}, 0, NOW)
    with FakeHub(hub_of(), now=NOW) as hub, HubClient(hub.url) as client:
        for hours in (0, 1, 23):
            at = NOW + timedelta(hours=hours)
            collect_details(settings, client, now=lambda at=at: at)
        assert len(hub.requests) == 1
        # Nobody collected the listing in this lake: landing has no bytes of it.
        replay(settings.model_copy(update={"accept_vanished": True}))
        assert lake.scan(settings.lake, "quarantined_records").count_rows() == 0
        list_papers(settings, {"2611.00001": 9}, 0, NOW)
        later = NOW + timedelta(days=1)
        assert collect_details(settings, client, now=lambda: later).missing == 1
        assert len(hub.requests) == 2


@pytest.mark.parametrize("what", ["refused", "unreadable", "damaged"])
def test_papers_that_give_nothing_do_not_use_up_the_budget_of_the_others(
    settings: Settings, what: str
) -> None:
    list_papers(settings, {"2611.00001": 9, "2611.00002": 5}, 0, NOW)
    listing = FixedListings({TODAY: [{"paper": {"id": "2611.00001", "upvotes": "many"}}]})
    hub = FakeHub(listing, now=NOW, token="ours" if what == "refused" else None)
    with hub, HubClient(hub.url) as client:
        for minutes in (0, 1):
            at = NOW + timedelta(minutes=minutes)
            collect_details(settings, client, budget=1, now=lambda at=at: at)
            for place in iter_landed(settings.landing, "detail") if what == "damaged" else ():
                (settings.landing / place.path).write_bytes(b"bit rot")
    assert hub.requests == ["/api/papers/2611.00001", "/api/papers/2611.00002"]


def test_a_hub_that_is_down_ends_the_run_and_says_so(settings: Settings) -> None:
    ids = [f"2611.0000{number}" for number in range(1, 6)]
    list_papers(settings, dict.fromkeys(ids, 9), 0, NOW)
    hub = FakeHub(hub_of(*ids), now=NOW, faults=Faults(script=["ok", *["500"] * 9]))
    with hub, HubClient(hub.url, attempts=2, backoff_seconds=0.01) as client:
        report = collect_details(settings, client, now=lambda: NOW)
    assert (report.written, len(hub.requests)) == (1, 5)
    assert all("500" in line for line in report.lines()[1:])
    assert len(report.problems) == 2


class FailsFor(Faults):
    """Whatever is asked about these papers fails, each time."""

    def __init__(self, *ids: str) -> None:
        super().__init__()
        self.ids = ids

    def choose(self, address: str) -> str:
        return "500" if address.endswith(self.ids) else "ok"


def test_a_paper_that_always_fails_costs_no_other(settings: Settings) -> None:
    ids = [f"2611.0000{number}" for number in range(1, 6)]
    list_papers(settings, dict.fromkeys(ids, 9), 0, NOW)
    hub = FakeHub(hub_of(*ids), now=NOW, faults=FailsFor(ids[-1]))
    with hub, HubClient(hub.url, attempts=2, backoff_seconds=0.01) as client:
        report = collect_details(settings, client, now=lambda: NOW)
    assert report.written == 4
    assert [problem.split(":")[0] for problem in report.problems] == [ids[-1]]


def test_papers_that_always_fail_do_not_keep_others_from_being_asked_about(
    settings: Settings,
) -> None:
    ids = [f"2611.0000{number}" for number in range(1, 6)]
    list_papers(settings, dict.fromkeys(ids, 9), 0, NOW)
    hub = FakeHub(hub_of(*ids), now=NOW, faults=FailsFor(*ids[-2:]))
    with hub, HubClient(hub.url, attempts=1) as client:
        # A run ends where both fail one after the other; in forty it does not always.
        runs = [collect_details(settings, client, now=lambda: NOW) for _ in range(40)]
    assert sum(run.written for run in runs) == 3
    assert {problem.split(":")[0] for run in runs for problem in run.problems} == set(ids[-2:])


def test_a_hub_that_wants_a_long_pause_is_asked_once(settings: Settings) -> None:
    ids = ["2611.00001", "2611.00002", "2611.00003"]
    list_papers(settings, dict.fromkeys(ids, 9), 0, NOW)
    faults = Faults(1.0, kinds=["429-retry-after"], retry_after=7200)
    with FakeHub(hub_of(*ids), now=NOW, faults=faults) as hub, HubClient(hub.url) as client:
        report = collect_details(settings, client, now=lambda: NOW)
    assert len(hub.requests) == len(report.problems) == 1


def test_what_is_linked_is_kept() -> None:
    tables = parse(
        {
            "id": "2611.00001",
            "upvotes": 3,
            "githubStars": 12,
            "linkedModels": [{"id": "tide/one", "likes": 2, "downloads": 40, "private": False}],
            "numTotalModels": 9,
            "linkedSpaces": [],
            "numTotalSpaces": 0,
            "title": "Known already",
            "somethingNew": {"a": 1},
        }
    )
    (row,) = tables["paper_details"]
    assert row == {
        "paper_id": "2611.00001",
        "observed_at": NOW,
        "upvotes": 3,
        "github_stars": 12,
        "linked_models": [{"repository_id": "tide/one", "likes": 2, "downloads": 40}],
        "linked_models_total": 9,
        "linked_datasets": None,
        "linked_datasets_total": None,
        "linked_spaces": [],
        "linked_spaces_total": 0,
        "extra": '{"somethingNew":{"a":1}}',
        "landed_in": "detail/x/y.zst",
        "schema_version": 1,
    }
    assert tables["quarantined_records"] == []


def test_an_answer_of_another_form_is_kept_aside() -> None:
    for body, reason in (
        ({"id": "2611.00001", "upvotes": "many"}, "upvotes"),
        ({"id": "2611.00001", "linkedModels": {"id": "x"}}, "linkedModels"),
        ({"upvotes": 3}, "id"),
        ([], "should be an object"),
        (b"<html>", "JSON"),
        (b"\xff\x00", "JSON"),
    ):
        tables = parse(body)
        assert tables["paper_details"] == []
        (row,) = tables["quarantined_records"]
        assert reason in row["reason"]
