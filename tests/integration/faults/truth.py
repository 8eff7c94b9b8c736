"""What the hub listed against what landed and what the lake holds, counted independently.

Landing is read with the JSON module alone, the lake with DuckDB alone. What does not belong here:
making faults.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import zstandard

from orchestration.settings import Settings
from tests.fakes.listings import FixedListings
from tests.unit.collect.hub_records import hub_record

NEWEST = date(2026, 2, 27)
Row = tuple[date, str, datetime]


def listings(days: int, papers: int = 5, every_tenth: int = 130) -> FixedListings:
    """A hub of so many days up to :data:`NEWEST`; every tenth day has a second page."""
    return FixedListings(
        {
            day: [
                hub_record(f"{day:%y%m}.{day:%d}{number:03}")
                for number in range(every_tenth if place % 10 == 0 else papers)
            ]
            for place, day in enumerate(days_of(days))
        }
    )


def days_of(days: int) -> list[date]:
    """The listing days of such a hub, oldest first."""
    return sorted(NEWEST - timedelta(days=offset) for offset in range(days))


@dataclass(frozen=True)
class Found:
    """Rows (listing date, paper, instant) and observations in landing and in the lake."""

    landed: Counter[Row]
    lake: Counter[Row]
    landed_observations: set[tuple[date, datetime]]
    lake_observations: Counter[tuple[date, datetime]]
    complete: set[date]

    @property
    def papers(self) -> set[tuple[date, str]]:
        """Papers of the lake by day."""
        return {(day, paper_id) for day, paper_id, _ in self.lake}


def find(settings: Settings) -> Found:
    """Read everything; a half file fails the reading."""
    landed: Counter[Row] = Counter()
    landed_observations: set[tuple[date, datetime]] = set()
    for path in sorted((settings.landing / "hub").rglob("*.zst")):
        head, body = zstandard.ZstdDecompressor().decompress(path.read_bytes()).split(b"\n", 1)
        envelope = json.loads(head)
        day, at = date.fromisoformat(envelope["key"]), _instant(envelope["observed_at"])
        landed_observations.add((day, at))
        content = _json(body)
        for paper_id in {r["paper"]["id"] for r in content} if isinstance(content, list) else ():
            landed[day, paper_id, at] = 1  # a paper that two pages repeat is one row
    rows = _query(settings, "listings", "listing_date, paper_id, observed_at")
    observations = _query(settings, "observations", "listing_date, observed_at, status")
    return Found(
        landed,
        Counter((day, paper_id, _instant(at)) for day, paper_id, at in rows),
        landed_observations,
        Counter((day, _instant(at)) for day, at, _ in observations),
        {day for day, _, status in observations if status == "complete"},
    )


def assert_nothing_lost_or_doubled(
    settings: Settings, hub: FixedListings, days: Iterable[date]
) -> Found:
    """Every paper of every day is there, each observation once, and nothing is left half done."""
    found = find(settings)
    now = datetime(2026, 3, 1, tzinfo=UTC)
    truth = {(day, record["paper"]["id"]) for day in days for record in hub.records(day, now)}
    # Shown with `pytest -s`: the figures of the suite.
    print(
        f"\npapers by day: {len(truth)} expected, {len(found.papers)} found;"
        f" rows landed {found.landed.total()}, in the lake {found.lake.total()}"
        f" in {found.lake_observations.total()} observations"
    )
    assert found.papers == truth
    assert found.complete == set(days)
    assert found.lake == found.landed
    assert set(found.lake_observations) == found.landed_observations
    assert set(found.lake_observations.values()) == {1}
    assert left_behind(settings) == []
    return found


def left_behind(settings: Settings) -> list[Path]:
    """Temporary files, and marks of observations that are not in the lake."""
    unread = settings.landing / ".unread"
    return [*settings.home.rglob("*.tmp"), *(unread.iterdir() if unread.exists() else ())]


def _query(settings: Settings, dataset: str, columns: str) -> list[Any]:
    files = f"read_parquet('{settings.lake}/{dataset}/**/*.parquet', hive_partitioning = false)"
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        columns = columns.replace("observed_at", "observed_at::timestamp::varchar")
        return connection.execute(f"select {columns} from {files}").fetchall()


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
