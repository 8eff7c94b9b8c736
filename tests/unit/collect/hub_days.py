"""Five days of a fake hub, collecting them, and what of them is in the lake.

What does not belong here: assertions.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import duckdb

from orchestration.collect.days import CollectReport, collect_days
from orchestration.settings import Settings
from tests.fakes.hub import FakeHub
from tests.fakes.listings import FixedListings
from tests.unit.collect.hub_records import hub_record

FRIDAY = date(2026, 2, 6)
DAYS = [FRIDAY - timedelta(days=offset) for offset in range(5)]
NOW = datetime(2026, 2, 7, 12, tzinfo=UTC)


def some_listings(papers: int = 4) -> FixedListings:
    """A hub with so many papers on each of the days."""
    return FixedListings(
        {day: [hub_record(f"26{day:%m%d}.{number:05}") for number in range(papers)] for day in DAYS}
    )


def collect(
    settings: Settings, hub: FakeHub, days: Iterable[date] = DAYS, **options: object
) -> CollectReport:
    """Collect days from a hub as a run does."""
    asked = settings.model_copy(
        update={"hub_url": hub.url, "request_timeout_seconds": 10.0, "request_attempts": 3}
    )
    return collect_days(asked, days, **options)  # type: ignore[arg-type]


def listed(settings: Settings) -> list[tuple[date, str]]:
    """The lake's listings, by day and paper."""
    return duckdb.sql(
        f"select listing_date, paper_id from read_parquet('{settings.lake}/listings/**/*.parquet',"
        " hive_partitioning = false) order by all"
    ).fetchall()


def expected(listings: FixedListings, days: Iterable[date] = DAYS) -> list[tuple[date, str]]:
    """What the lake lists once it holds each day once."""
    return sorted(
        (day, record["paper"]["id"]) for day in days for record in listings.records(day, NOW)
    )
