"""Processes that are killed at any moment, run at once, or find the disk full."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orchestration.collect import lake
from orchestration.collect.compaction import compact
from orchestration.collect.days import collect_days
from orchestration.collect.replay import replay
from orchestration.settings import Settings
from tests.fakes.hub import FakeHub
from tests.integration.faults import processes
from tests.integration.faults.processes import Process
from tests.integration.faults.test_hub_faults import asking
from tests.integration.faults.truth import (
    assert_nothing_lost_or_doubled,
    days_of,
    find,
    listings,
)
from tests.unit.collect.lakes import contents, files, fill

KILLS, KILLS_WHEN_THOROUGH = 8, 50
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


def test_killed_at_random_moments_of_a_back_fill(settings: Settings, thorough: bool) -> None:
    kills = KILLS_WHEN_THOROUGH if thorough else KILLS
    days = days_of(40)
    truth = listings(40)
    moments = random.Random(3)
    killed = 0
    with FakeHub(truth, rate_limit=10**6) as hub:
        asked = asking(settings, hub)
        while killed < kills:
            seen = lake.read_observations(settings.lake)
            whole = {each.listing_date for each in seen if each.status == "complete"}
            left = [day for day in days if day not in whole] or days
            process = Process(processes.collect, asked, left)
            for _ in range(moments.randrange(min(5, len(left)))):
                process.listen()
            time.sleep(moments.uniform(0, 0.1))
            killed += process.kill()
        assert Process(processes.collect, asked, days).heard()[-1] == []

    found = assert_nothing_lost_or_doubled(settings, truth, days)
    assert len(found.lake_observations) > len(days) + kills / 2
    before = contents(settings.lake)
    replay(settings)
    assert contents(settings.lake) == before


def test_three_runs_over_the_same_days_at_once(settings: Settings) -> None:
    days = days_of(20)
    truth = listings(20)
    with FakeHub(truth, rate_limit=10**6) as hub:
        runs = [Process(processes.collect, asking(settings, hub), days) for _ in range(3)]
        assert [run.end() for run in runs] == [0, 0, 0]

    found = assert_nothing_lost_or_doubled(settings, truth, days)
    assert len(found.lake_observations) == 3 * len(days)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder that holds 700 KiB and not a byte more."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=700k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let us mount a small file system")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_in_the_middle_of_a_back_fill(small_disk: Path) -> None:
    settings = Settings(home=small_disk / "home")  # type: ignore[call-arg]
    days = days_of(40)
    truth = listings(40)
    with FakeHub(truth, rate_limit=10**6) as hub:
        for _ in range(3):
            with pytest.raises(OSError, match="No space left"):
                collect_days(asking(settings, hub), days)
            found = find(settings)  # every file there is can be read
            assert found.lake
            assert set(found.lake) <= set(found.landed)
            assert set(found.lake.values()) == {1}
        bigger = ["mount", "-o", "remount,size=64m", str(small_disk)]
        subprocess.run(bigger, check=True)
        assert collect_days(asking(settings, hub), days).problems == []

    assert_nothing_lost_or_doubled(settings, truth, days)


def test_readers_see_every_row_once_while_files_are_merged(settings: Settings) -> None:
    rows = fill(settings, days_of(40), each=3)
    reader = Process(processes.count_forever, settings.lake)
    first = reader.listen()
    report = compact(settings, NOW)
    # What it counted from now on, it counted afterwards; before that, while files were merged.
    after = [reader.listen() for _ in range(2)]
    reader.kill()
    seen = [first, *after, *reader.heard()]

    assert report.replaced > 200
    assert set(seen) == {(rows, rows)}


def test_merging_killed_at_any_moment(settings: Settings) -> None:
    fill(settings, days_of(30), each=2)
    before = contents(settings.lake)
    moments = random.Random(5)
    killed = 0
    for _ in range(8):
        process = Process(processes.compact, settings, NOW)
        process.listen()
        time.sleep(moments.uniform(0, 0.3))
        killed += process.kill()
        with lake.reading(settings.lake):
            assert contents(settings.lake) == before

    compact(settings, NOW + timedelta(days=30))

    assert killed
    assert contents(settings.lake) == before
    assert files(settings.lake) == 2 + 1
