"""Days from a real hub into landing and lake, each accounted for.

What does not belong here: bringing in later what has landed (``test_days_replayed.py``).
"""

from __future__ import annotations

import json
from datetime import timedelta

import duckdb
import pytest

from orchestration.collect import lake
from orchestration.collect.days import collect_days
from orchestration.collect.drift import NOTED, tell_fields
from orchestration.collect.hub import HubClient, LongPauseError
from orchestration.collect.intake import LandedPages, Tables
from orchestration.collect.landing import iter_landed, read_landed, unread
from orchestration.collect.reach import HubReach
from orchestration.collect.replay import PARSERS, replay
from orchestration.settings import Settings
from tests.fakes.faults import Faults
from tests.fakes.hub import FakeHub
from tests.fakes.listings import FixedListings
from tests.unit.collect.hub_days import DAYS, FRIDAY, NOW, collect, expected, listed, some_listings
from tests.unit.collect.hub_records import hub_record


def test_every_day_lands_and_reaches_the_lake(settings: Settings) -> None:
    told: list[tuple[int, int, str]] = []
    with FakeHub(some_listings(130), now=NOW) as hub:
        report = collect(
            settings,
            hub,
            [*DAYS, FRIDAY + timedelta(days=1)],
            progress=lambda done, of, _day, outcome: told.append((done, of, outcome.status)),
        )

    assert (report.count("complete"), report.count("empty")) == (5, 1)
    assert (report.papers, report.requests, report.problems) == (650, 11, [])
    assert [entry[:2] for entry in told] == [(done, 6) for done in range(1, 7)]
    assert listed(settings) == expected(some_listings(130))
    bodies = [
        json.loads(read_landed(settings.landing / place.path)[1])
        for place in iter_landed(settings.landing, "hub")
    ]
    assert sum(map(len, bodies)) == 650
    assert unread(settings.landing) == []
    statuses = [seen.status for seen in lake.read_observations(settings.lake)]
    assert sorted(statuses) == ["complete"] * 5 + ["empty"]


def test_observing_again_adds_and_the_same_instant_does_not(settings: Settings) -> None:
    with FakeHub(some_listings(), now=NOW) as hub:
        for at in (NOW, NOW, NOW + timedelta(hours=1)):
            collect(settings, hub, observed_at=at)

    assert listed(settings) == sorted(expected(some_listings()) * 2)
    assert len(lake.read_observations(settings.lake)) == 10


def test_a_day_after_the_hubs_today_is_not_yet_and_no_failure(settings: Settings) -> None:
    """Our clock is ahead of the hub's here: the fake hub lives in February."""
    tomorrow = NOW.date() + timedelta(days=1)
    with FakeHub(some_listings(), now=NOW) as hub:
        report = collect(settings, hub, [FRIDAY, tomorrow])

    assert report.days[tomorrow].status == "not_yet"
    assert report.problems == []


def test_a_failing_day_harms_no_neighbour_and_is_told(settings: Settings) -> None:
    class Broken(Faults):
        def choose(self, address: str) -> str:
            return "500" if f"date={DAYS[2]}" in address else "ok"

    with FakeHub(some_listings(), now=NOW, faults=Broken()) as hub:
        report = collect(settings, hub)

    assert [line[:18] for line in report.problems] == [f"{DAYS[2]}: failed"]
    seen = {each.listing_date: each.status for each in lake.read_observations(settings.lake)}
    assert seen == dict.fromkeys(DAYS, "complete") | {DAYS[2]: "failed"}
    (failed,) = iter_landed(settings.landing, "hub", str(DAYS[2]))
    assert "status 500" in read_landed(settings.landing / failed.path)[0]["failed"]
    others = [day for day in DAYS if day != DAYS[2]]
    assert listed(settings) == expected(some_listings(), others)


def test_a_hub_that_wants_hours_of_quiet_gets_them(settings: Settings) -> None:
    """The days left are not asked for, nor is anything by the later steps of the run."""
    days = [FRIDAY - timedelta(days=offset) for offset in range(30)]
    faults = Faults(1.0, kinds=["429-retry-after"], retry_after=7200)
    with FakeHub(some_listings(), now=NOW, faults=faults) as hub:
        asked = settings.model_copy(update={"hub_url": hub.url})
        reach = HubReach(asked)
        report = collect_days(asked, days, pace=reach.pace)
        with HubClient.from_settings(asked, reach.pace) as client, pytest.raises(LongPauseError):
            client.get_json("/api/papers/1")
        assert len(hub.requests) <= asked.hub_concurrency

    assert report.count("failed") == len(report.problems) == 30
    assert "the hub wants no request for" in report.problems[-1]


def test_a_day_that_fails_on_its_second_page_keeps_its_first_as_partial(
    settings: Settings,
) -> None:
    class Broken(Faults):
        def choose(self, address: str) -> str:
            return "html" if "p=1" in address else "ok"

    with FakeHub(some_listings(130), now=NOW, faults=Broken()) as hub:
        report = collect(settings, hub, [FRIDAY])

    outcome = report.days[FRIDAY]
    assert (outcome.status, outcome.papers, outcome.quarantined) == ("partial", 100, 1)
    assert "not whole JSON" in str(outcome.error)
    (reason,) = duckdb.sql(
        f"select reason from '{settings.lake}/quarantined_records/**/*.parquet'"
    ).fetchall()
    assert "not JSON" in reason[0]


@pytest.mark.parametrize("fault", ["loop", "repeat"])
def test_pages_that_loop_or_move_are_observed_again_until_they_are_whole(
    settings: Settings, fault: str
) -> None:
    with FakeHub(some_listings(130), now=NOW, faults=Faults(script=["ok", fault])) as hub:
        report = collect(settings, hub, [FRIDAY])

    assert report.days[FRIDAY].status == "complete"
    statuses = {seen.status for seen in lake.read_observations(settings.lake)}
    assert statuses == {"partial", "complete"}


@pytest.mark.parametrize("fault", ["loop", "repeat"])
def test_pages_that_never_become_whole_stay_partial(settings: Settings, fault: str) -> None:
    with FakeHub(some_listings(130), now=NOW, faults=Faults(1.0, kinds=[fault])) as hub:
        report = collect(settings, hub, [FRIDAY])

    assert report.days[FRIDAY].status == "partial"
    assert report.problems
    assert set(listed(settings)) <= set(expected(some_listings(130), [FRIDAY]))


def test_an_unknown_field_is_told_once(settings: Settings) -> None:
    listings = FixedListings({FRIDAY: [hub_record("1", tideLevel=3)]})
    with FakeHub(listings, now=NOW) as hub:
        collect(settings, hub, [FRIDAY])
        assert tell_fields(settings.lake) == ["paper.tideLevel"]
        collect(settings, hub, [FRIDAY])
    replay(settings)
    assert tell_fields(settings.lake) == []

    # A note that is gone is made anew by rebuilding, and told again rather than never.
    (settings.lake / NOTED).unlink()
    replay(settings)
    assert tell_fields(settings.lake) == ["paper.tideLevel"]


def test_a_day_that_the_parser_stumbles_over_harms_no_neighbour(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(pages: LandedPages) -> Tables:
        if pages[0][0].envelope["key"] == str(FRIDAY):
            raise KeyError("nobody thought of this")
        return parse(pages)

    parse = PARSERS["hub"]
    monkeypatch.setitem(PARSERS, "hub", stumble)
    with FakeHub(some_listings(), now=NOW) as hub:
        report = collect(settings, hub)

    assert "KeyError: 'nobody thought of this'" in "".join(report.problems)
    assert (report.days[FRIDAY].status, report.count("complete")) == ("failed", 4)
    assert listed(settings) == expected(some_listings(), DAYS[1:])
