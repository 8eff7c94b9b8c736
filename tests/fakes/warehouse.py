"""A data folder with a published version, made the real way: demo records, lake, dbt, publication.

What does not belong here: HTTP, and small hand-made tables (``published.py``).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from orchestration import transform
from orchestration.collect import lake
from orchestration.collect.records import parse_body
from orchestration.collect.rows import listing_table
from orchestration.demo.generator import DemoHub
from orchestration.files import swap_link
from orchestration.publish import snapshot
from orchestration.settings import Settings

NEWEST_DAY = date(2026, 11, 20)
"""A Friday; the only day that is not complete."""

HOSTILE_ID = "2611.66666"
HOSTILE_TITLE = (
    "Costs $1 Million: VILA^2 <b>bold</b> [x](javascript:alert(1)) & $m^2$ :smile: **s**"
)
HOSTILE_ABSTRACT = (
    "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    " # no heading, 50% of `code` and a model with 175B parameters ~~struck~~"
)
HOSTILE: dict[str, Any] = {
    "paper": {
        "id": HOSTILE_ID,
        "title": HOSTILE_TITLE,
        "summary": HOSTILE_ABSTRACT,
        "authors": [{"_id": "0", "name": "<i>Eve</i> [a](b)", "hidden": False}],
        "publishedAt": "2026-11-19T00:00:00.000Z",
        "upvotes": 4000,
        "projectPage": "javascript:alert(1)",
        "ai_keywords": ["<u>topic</u>"],
        "organization": {"name": "evil-org", "fullname": '"><b>Evil</b>'},
    },
    "numComments": 1,
    "submittedBy": {"name": "eve", "fullname": "<b>Eve</b>"},
}


def make_home(home: Path, weekdays: int = 50, papers_per_day: int = 8) -> Settings:
    """Build and publish a data folder of demo days up to :data:`NEWEST_DAY`, with a hostile paper.

    Every day was observed twice, so upvotes have a curve.
    """
    settings = Settings(home=home)
    lake.prepare(settings.lake)
    hub = DemoHub(papers_per_day=papers_per_day)
    day = NEWEST_DAY
    for _ in range(weekdays):
        for days_later in (0, 2):
            observed_at = datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
            observed_at += timedelta(days=days_later)
            records = hub.records(day, observed_at)
            if day == NEWEST_DAY:
                records = [HOSTILE, *records]
            observe(settings, day, observed_at, records, is_end_seen=day != NEWEST_DAY)
        day -= timedelta(days=3 if day.weekday() == 0 else 1)
    list(transform.build(settings))
    snapshot.publish(settings)
    return settings


def observe(
    settings: Settings,
    day: date,
    observed_at: datetime,
    records: Sequence[dict[str, Any]],
    *,
    is_end_seen: bool = True,
) -> None:
    """Put one observation of a listing day into the lake."""
    parsed = [record for _, record in parse_body(json.dumps(list(records)).encode()).records]
    listings = listing_table(
        parsed,
        ranks=range(1, len(parsed) + 1),
        source="demo",
        listing_kind="day",
        listing_date=day,
        observed_at=observed_at,
        landed_in=["made by a test"] * len(parsed),
    )
    observation = {
        "source": "demo",
        "listing_kind": "day",
        "listing_date": day,
        "observed_at": observed_at,
        "pages_fetched": 1,
        "rows_per_page": [len(parsed)],
        "papers": len(parsed),
        "quarantined": 0,
        "is_end_seen": is_end_seen,
        "status": "complete" if is_end_seen else "partial",
        "landed_in": ["made by a test"],
    }
    tables = {"listings": listings, "observations": lake.rows("observations", [observation])}
    lake.write_all(settings.lake, tables, f"{observed_at:%Y%m%dT%H%M%S}")


def copy_of(settings: Settings, home: Path) -> Settings:
    """A data folder of its own with the published versions of another."""
    copied = Settings(home=home)
    shutil.copytree(settings.published, copied.published)
    swap_link(copied.link, copied.published / settings.link.resolve().name)
    return copied


def copy_of_build(settings: Settings, home: Path) -> Settings:
    """A data folder with a copy of the lake and of what was built from it."""
    copied = Settings(home=home)
    for database in (settings.build_database, settings.work_database):
        shutil.copy(database, home)
    shutil.copytree(settings.lake, copied.lake)
    return copied


def publish_changed(settings: Settings, version: str, change: str) -> None:
    """Publish a copy of the newest version with ``change`` (SQL) made in it."""
    database = snapshot.database_path(settings, version)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{settings.link.resolve()}' as before (read_only)")
        connection.execute(f"attach '{database}' as after")
        connection.execute("copy from database before to after")
        connection.execute("use after")
        connection.execute(change)
    database.chmod(snapshot.READ_ONLY_FILE)
    swap_link(settings.link, database)
