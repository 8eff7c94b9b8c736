"""After everything at once, the mart holds exactly the observations that landed."""

from __future__ import annotations

import random
import time

import duckdb

from orchestration import transform
from orchestration.collect.compaction import compact
from orchestration.settings import Settings
from tests.fakes.faults import TRANSIENT, Faults
from tests.fakes.hub import FakeHub
from tests.integration.faults import processes
from tests.integration.faults.processes import Process
from tests.integration.faults.test_hub_faults import asking
from tests.integration.faults.truth import (
    assert_nothing_lost_or_doubled,
    days_of,
    listings,
)


def test_kills_faults_and_runs_at_once_end_in_one_row_an_observation(settings: Settings) -> None:
    days = days_of(20)
    truth = listings(20)
    moments = random.Random(9)
    with FakeHub(truth, faults=Faults(0.2, kinds=TRANSIENT, seed=2), rate_limit=10**6) as hub:
        asked = asking(settings, hub)
        for _ in range(3):
            pair = [Process(processes.collect, asked, days) for _ in range(2)]
            assert [process.listen() for process in pair] == ["started"] * 2
            time.sleep(moments.uniform(0.2, 1.5))
            assert all(process.kill() or process.end() == 0 for process in pair)
        assert Process(processes.collect, asked, days).heard()[-1] == []
    compact(settings)
    found = assert_nothing_lost_or_doubled(settings, truth, days)

    selection = ["--select", "+paper_observations", "--exclude-resource-type", "test", "unit_test"]
    list(transform.build(settings, selection))

    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        rows = connection.execute(
            "select listing_date, paper_id, epoch_us(observed_at) from main.paper_observations"
        ).fetchall()
    expected = sorted(
        (day, paper_id, round(at.timestamp() * 1e6)) for day, paper_id, at in found.landed
    )
    assert sorted(rows) == expected
