"""Days from a real hub into landing and lake, each accounted for."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest

from orchestration import files
from orchestration.collect import lake
from orchestration.collect.days import CollectReport, collect_days
from orchestration.collect.drift import NOTED, tell_fields
from orchestration.collect.hub import HubClient, LongPauseError
from orchestration.collect.intake import LandedPages, Tables
from orchestration.collect.landing import iter_landed, land, read_landed, unread
from orchestration.collect.reach import HubReach
from orchestration.collect.replay import PARSERS, ReplayError, catch_up, replay
from orchestration.settings import Settings
from tests.fakes.faults import Faults
from tests.fakes.hub import FakeHub
from tests.fakes.listings import FixedListings
from tests.unit.collect.hub_records import hub_record

FRIDAY = date(2026, 2, 6)
DAYS = [FRIDAY - timedelta(days=offset) for offset in range(5)]
NOW = datetime(2026, 2, 7, 12, tzinfo=UTC)


def some_listings(papers: int = 4) -> FixedListings:
    return FixedListings(
        {day: [hub_record(f"26{day:%m%d}.{number:05}") for number in range(papers)] for day in DAYS}
    )


def collect(
    settings: Settings, hub: FakeHub, days: Iterable[date] = DAYS, **options: object
) -> CollectReport:
    asked = settings.model_copy(
        update={"hub_url": hub.url, "request_timeout_seconds": 10.0, "request_attempts": 3}
    )
    return collect_days(asked, days, **options)  # type: ignore[arg-type]


def listed(settings: Settings) -> list[tuple[date, str]]:
    return duckdb.sql(
        f"select listing_date, paper_id from read_parquet('{settings.lake}/listings/**/*.parquet',"
        " hive_partitioning = false) order by all"
    ).fetchall()


def expected(listings: FixedListings, days: Iterable[date] = DAYS) -> list[tuple[date, str]]:
    return sorted(
        (day, record["paper"]["id"]) for day in days for record in listings.records(day, NOW)
    )


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


def test_what_landed_and_was_not_read_is_brought_in_by_the_next_run(settings: Settings) -> None:
    with FakeHub(some_listings(), now=NOW) as hub:
        collect(settings, hub, observed_at=NOW)
        before = listed(settings)
        # As if the process had been killed after landing: rows gone, the mark still there.
        for place in iter_landed(settings.landing, "hub"):
            mark = ",".join(("hub", place.key, place.stamp))
            (settings.landing / ".unread" / mark).touch()
        for path in settings.lake.rglob("2026*.parquet"):
            path.unlink()
        assert listed(settings) == []

        report = collect(settings, hub, [])

    assert report.caught_up == 5
    assert listed(settings) == before
    assert catch_up(settings) == 0


def test_a_replay_killed_after_its_swap_doubles_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a collector had landed and not read is in the new lake, and never comes in again."""
    with FakeHub(some_listings(), now=NOW) as hub:
        collect(settings, hub, observed_at=NOW)
    body = json.dumps([hub_record("2602.99999")]).encode()
    land(settings.landing, "hub", str(FRIDAY), NOW + timedelta(hours=1), 0, body, limit=100)

    begin_swap = lake.begin_swap

    def begin_and_die(*arguments: Any) -> None:
        begin_swap(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(lake, "begin_swap", begin_and_die)
    with pytest.raises(KeyboardInterrupt):
        replay(settings)
    catch_up(settings)

    assert listed(settings) == sorted([*expected(some_listings()), (FRIDAY, "2602.99999")])


def test_rows_on_another_disk_than_landing_are_there_before_their_mark_goes(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TemporaryDirectory(dir="/dev/shm") as other_disk:
        if Path(other_disk).stat().st_dev == tmp_path.stat().st_dev:
            pytest.skip("this machine has no other disk to try")
        synced: list[Path] = []
        monkeypatch.setattr(files, "sync_folder", synced.append)
        with FakeHub(some_listings(), now=NOW) as hub:
            collect(settings, hub, [FRIDAY], observed_at=NOW)
            assert not [path for path in synced if path.name == f"listing_date={FRIDAY}"]
            shutil.rmtree(settings.lake)
            settings.lake.symlink_to(other_disk)
            collect(settings, hub, [FRIDAY], observed_at=NOW + timedelta(hours=1))
        assert [path for path in synced if path.name == f"listing_date={FRIDAY}"]


def test_a_damaged_landed_file_goes_to_quarantine_and_stops_nothing(settings: Settings) -> None:
    with FakeHub(some_listings(), now=NOW) as hub:
        collect(settings, hub, observed_at=NOW)
    broken = next(iter_landed(settings.landing, "hub", str(FRIDAY)))
    (settings.landing / broken.path).write_bytes(b"bit rot")
    before = rows_of(settings)

    with pytest.raises(ReplayError, match="4 of listings, 1 of observations"):
        replay(settings)
    assert rows_of(settings) == before
    assert not list(settings.lake.rglob(".*.tmp"))
    report = replay(settings.model_copy(update={"accept_vanished": True}))

    assert listed(settings) == expected(some_listings(), DAYS[1:])
    assert report.rows["quarantined_records"] == 1


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


def rows_of(settings: Settings) -> dict[str, list[str]]:
    return {
        dataset: sorted(map(repr, lake.scan(settings.lake, dataset).to_table().to_pylist()))
        for dataset in lake.DATASETS
    }


def test_a_replay_never_loses_what_landing_does_not_hold(settings: Settings) -> None:
    """Landing lies on another machine, was pruned, or there never was any."""
    lake.prepare(settings.lake)
    at = {"observed_at": NOW}
    records: dict[str, dict[str, Any]] = {
        "listings": {"source": "demo", "listing_date": FRIDAY, "paper_id": "1", **at},
        "observations": {"source": "demo", "listing_date": FRIDAY, "landed_in": None, **at},
        "upvote_history": {"source": "rss", "paper_id": "1", **at},
        "arxiv_papers": {"paper_id": "1", **at},
        "paper_details": {"paper_id": "1", **at},
        "quarantined_records": {"source": "hub", "landed_in": "hub/x", "first_seen_at": NOW},
    }
    for dataset, record in records.items():
        lake.write(settings.lake, dataset, lake.rows(dataset, [record]), "20260207T120000Z-x")
        before = rows_of(settings)
        with pytest.raises(ReplayError, match=f"1 of {dataset}"):
            replay(settings)
        assert rows_of(settings) == before

    with FakeHub(some_listings(), now=NOW) as hub:
        collect(settings, hub, [FRIDAY])
    report = replay(settings.model_copy(update={"accept_vanished": True}))
    assert report.rows == {"listings": 4, "observations": 1, "quarantined_records": 0}
    assert replay(settings).rows == report.rows


def test_replay_gives_the_same_lake_from_landing_alone(settings: Settings) -> None:
    listings = FixedListings({FRIDAY: [hub_record("1"), "{'not': 'read'}", hub_record("2", x=1)]})  # type: ignore[list-item]
    with FakeHub(some_listings(130), now=NOW, faults=Faults(script=["ok", "loop"])) as hub:
        collect(settings, hub)
    with FakeHub(listings, now=NOW) as hub:
        collect(settings, hub, [FRIDAY, FRIDAY + timedelta(days=1)])
    before = rows_of(settings)
    assert all(before[dataset] for dataset in ("listings", "observations", "quarantined_records"))
    for path in settings.lake.rglob("*"):
        if path.is_file():
            path.unlink()

    report = replay(settings)

    assert rows_of(settings) == before
    assert report.rows["listings"] == len(before["listings"])
    replay(settings)
    assert rows_of(settings) == before
    assert not list(settings.home.glob("lake.*"))
