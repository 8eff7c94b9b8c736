"""The hub's search as a source, and titles resolved by it only when nothing is left to doubt."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orchestration.collect import lake
from orchestration.collect.cards import fold_title
from orchestration.collect.hub import HubClient
from orchestration.collect.landing import Landed, iter_landed
from orchestration.collect.searches import collect_searches, hub_query, search_tables
from orchestration.collect.titles import resolve_titles, titles_due
from orchestration.publish.query import parse_query
from orchestration.settings import Settings
from tests.fakes.faults import Faults
from tests.fakes.hub import FakeHub
from tests.fakes.listings import FixedListings

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
TODAY = NOW.date()


def record(paper_id: str, title: str) -> dict[str, Any]:
    return {"paper": {"id": paper_id, "title": title, "summary": "Words."}, "title": title}


def hub_of(*records: dict[str, Any], faults: Faults | None = None) -> FakeHub:
    return FakeHub(FixedListings({TODAY: list(records)}), now=NOW, faults=faults)


def save(settings: Settings, name: str, text: str) -> None:
    settings.searches.mkdir(parents=True, exist_ok=True)
    (settings.searches / name).write_text(text)


def listed(settings: Settings) -> list[tuple[str, str, str, int]]:
    rows = lake.scan(settings.lake, "listings").to_table().to_pylist()
    names = ("source", "listing_kind", "paper_id", "rank")
    return sorted(tuple(row[name] for name in names) for row in rows if row["source"] == "search")


def list_cards(settings: Settings, *titles: str) -> None:
    records = [
        {
            "source": "page",
            "listing_kind": "search",
            "listing_date": TODAY,
            "observed_at": NOW - timedelta(days=1),
            "paper_id": f"page:{number:012d}",
            "title": title,
        }
        for number, title in enumerate(titles)
    ]
    lake.write(settings.lake, "listings", lake.rows("listings", records), "cards")


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("tide", "tide"),
        ('"low resource" speech* after:2026', "low resource speech"),
        ('-noise author:"Ada Lovelace" org:tide topic:waves', "Ada Lovelace tide waves"),
        ("after:2026-01 has:code category:cs.CL -x", ""),
    ],
)
def test_the_hub_is_asked_for_the_words_of_a_query(query: str, asked: str) -> None:
    assert hub_query(parse_query(query)) == asked


def test_a_saved_searchs_results_are_a_listing(settings: Settings) -> None:
    save(settings, "tides.yml", "name: Tides\nquery: tide after:2026\n")
    save(settings, "filters.yml", "name: Filters\nquery: has:code\n")
    save(settings, "broken.yml", "name: [")
    hub = hub_of(
        record("2611.00001", "One tide"), record("2611.00002", "A tide"), record("3", "No")
    )
    with hub, HubClient(hub.url) as client:
        report = collect_searches(settings, client, now=lambda: NOW)
    assert hub.requests == ["/api/papers/search?q=tide"]
    assert (report.asked, report.papers, report.quarantined) == (1, 2, 0)
    assert listed(settings) == [
        ("search", "search", "2611.00001", 1),
        ("search", "search", "2611.00002", 2),
    ]
    assert len(report.problems) == 2
    assert any("broken.yml" in problem for problem in report.problems)
    assert "filters: has no words to ask the hub for" in report.problems
    (observation,) = lake.scan(settings.lake, "observations").to_table().to_pylist()
    assert (observation["papers"], observation["status"], observation["listing_date"]) == (
        2,
        "partial",
        TODAY,
    )


def test_a_search_that_fails_costs_no_other(settings: Settings) -> None:
    save(settings, "a.yml", "name: A\nquery: tide\n")
    save(settings, "b.yml", "name: B\nquery: tide\n")
    hub = hub_of(record("2611.00001", "One tide"), faults=Faults(script=["500", "500", "ok"]))
    with hub, HubClient(hub.url, attempts=2, backoff_seconds=0.01) as client:
        report = collect_searches(settings, client, now=lambda: NOW)
    assert (report.asked, report.papers) == (1, 1)
    assert [problem.split(":")[0] in {"a", "b"} for problem in report.problems] == [True]


def test_a_hub_that_is_down_is_not_asked_for_every_search(settings: Settings) -> None:
    for name in "abcd":
        save(settings, f"{name}.yml", f"name: {name}\nquery: tide\n")
    hub = hub_of(faults=Faults(1.0, kinds=["500"]))
    with hub, HubClient(hub.url, attempts=2, backoff_seconds=0.01) as client:
        report = collect_searches(settings, client, now=lambda: NOW)
    named = {problem.split(":")[0] for problem in report.problems}
    assert len(named) == len(report.problems) == 2
    assert named < set("abcd")
    assert len(hub.requests) == 4


def test_no_results_are_an_empty_observation(settings: Settings) -> None:
    save(settings, "none.yml", "name: None\nquery: nothing\n")
    with hub_of() as hub, HubClient(hub.url) as client:
        assert collect_searches(settings, client, now=lambda: NOW).papers == 0
    (observation,) = lake.scan(settings.lake, "observations").to_table().to_pylist()
    assert (observation["papers"], observation["status"]) == (0, "empty")


def test_cards_are_due_unless_known_or_asked_lately() -> None:
    cards = {"page:a": "One Tide", "page:b": "Two", "page:c": "Three", "page:d": "Four"}
    asked = {"page:b": NOW - timedelta(days=30), "page:c": NOW - timedelta(days=29)}
    assert titles_due(cards, ["one: TIDE"], asked, NOW, 9) == ["page:d", "page:b"]
    assert titles_due(cards, [], asked, NOW, 2) == ["page:a", "page:d"]


def test_a_card_is_resolved_by_its_one_exact_match(settings: Settings) -> None:
    titles = ["The Tide: A Tale", "Ebb", "Twice Told", "Unheard Of", "Known Already"]
    list_cards(settings, *titles)
    known = {"source": "hub", "listing_kind": "day", "listing_date": TODAY, "observed_at": NOW}
    table = lake.rows("listings", [known | {"paper_id": "2611.7", "title": "Known already!"}])
    lake.write(settings.lake, "listings", table, "known")
    hub = hub_of(
        record("2611.00001", "The tide: a tale"),
        record("2611.00002", "The Tide: A Tale, Continued"),
        record("2611.00003", "Ebb and Flow"),
        record("2611.00004", "Twice told"),
        record("2611.00005", "Twice Told"),
    )
    with hub, HubClient(hub.url) as client:
        report = resolve_titles(settings, client, now=lambda: NOW)
        assert (report.asked, report.resolved, report.problems) == (4, 1, [])
        assert resolve_titles(settings, client, now=lambda: NOW + timedelta(days=29)).asked == 0
    assert listed(settings) == [("search", "search", "2611.00001", 1)]
    assert not any("Known" in request for request in hub.requests)


def test_titles_are_asked_for_within_a_budget_and_the_rest_the_next_time(
    settings: Settings,
) -> None:
    list_cards(settings, "One", "Two", "Three")
    with hub_of() as hub, HubClient(hub.url) as client:
        assert resolve_titles(settings, client, budget=2, now=lambda: NOW).asked == 2
        assert resolve_titles(settings, client, budget=2, now=lambda: NOW).asked == 1
    assert len(set(hub.requests)) == 3


def test_a_broken_hub_ends_resolving_and_says_so(settings: Settings) -> None:
    list_cards(settings, "One", "Two", "Three")
    hub = hub_of(faults=Faults(script=["500"] * 9))
    with hub, HubClient(hub.url, attempts=2, backoff_seconds=0.01) as client:
        report = resolve_titles(settings, client, now=lambda: NOW)
    assert (report.asked, len(report.problems), len(hub.requests)) == (0, 2, 4)


def test_a_title_that_the_hub_stumbles_over_costs_no_other(settings: Settings) -> None:
    titles = ("One", "Two", "Three")
    list_cards(settings, *titles)
    papers = [record(f"2611.0000{number}", title) for number, title in enumerate(titles)]
    hub = hub_of(*papers, faults=Faults(script=["500", "500", "ok", "ok"]))
    with hub, HubClient(hub.url, attempts=2, backoff_seconds=0.01) as client:
        report = resolve_titles(settings, client, now=lambda: NOW)
    assert (report.asked, report.resolved, len(report.problems)) == (2, 2, 1)


def test_a_title_that_the_hub_refuses_is_asked_for_again_after_the_others(
    settings: Settings,
) -> None:
    list_cards(settings, "One", "Two")
    with hub_of(record("2611.00001", "Two")) as hub, HubClient(hub.url) as client:
        hub.token = "not ours"
        assert len(resolve_titles(settings, client, budget=1, now=lambda: NOW).problems) == 1
        hub.token = None
        later = NOW + timedelta(minutes=1)
        assert resolve_titles(settings, client, budget=1, now=lambda: later).asked == 1
        # A damaged file says as much of when the card was asked for.
        for place in iter_landed(settings.landing, "search"):
            (settings.landing / place.path).write_bytes(b"bit rot")
        assert resolve_titles(settings, client, now=lambda: later).asked == 0
    assert len(set(hub.requests)) == 2
    assert lake.scan(settings.lake, "quarantined_records").count_rows() == 0


def test_records_that_repeat_or_break_are_kept_aside() -> None:
    items = [record("1", "One"), {"paper": {}}, record("1", "One"), record("2", "Two")]
    envelope = {"kind": "search", "key": "x", "observed_at": NOW.isoformat()}
    tables = search_tables(Landed("search/x/y.zst", envelope), json.dumps(items).encode())
    assert tables["listings"]["paper_id"].to_pylist() == ["1", "2"]
    assert tables["listings"]["rank"].to_pylist() == [1, 4]
    places = tables["quarantined_records"]["place"].to_pylist()
    assert sorted(places) == ["$[1]", "$[2]"]


def test_titles_fold_to_nothing_match_nothing() -> None:
    assert fold_title("!!!") == ""
    envelope = {"kind": "search", "key": "x", "observed_at": NOW.isoformat(), "title": "???"}
    body = json.dumps([record("1", "!!!")]).encode()
    assert search_tables(Landed("search/x/y.zst", envelope), body)["listings"].num_rows == 0
