"""Days that have landed: the next run reads what was left, and a replay makes the same lake.

What does not belong here: asking the hub (``test_days.py``).
"""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from orchestration import files
from orchestration.collect import lake
from orchestration.collect.landing import iter_landed, land
from orchestration.collect.replay import ReplayError, catch_up, replay
from orchestration.settings import Settings
from tests.fakes.faults import Faults
from tests.fakes.hub import FakeHub
from tests.fakes.listings import FixedListings
from tests.unit.collect.hub_days import DAYS, FRIDAY, NOW, collect, expected, listed, some_listings
from tests.unit.collect.hub_records import hub_record


def rows_of(settings: Settings) -> dict[str, list[str]]:
    return {
        dataset: sorted(map(repr, lake.scan(settings.lake, dataset).to_table().to_pylist()))
        for dataset in lake.DATASETS
    }


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
