"""Small lakes of made-up observations for the compaction tests, and what they hold.

What does not belong here: assertions.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from orchestration.collect import lake
from orchestration.settings import Settings


def observe(
    settings: Settings, day: date, at: datetime, papers: int = 3, source: str = "hub"
) -> None:
    """Write one observation's small files, as collecting would."""
    facts: dict[str, Any] = {"source": source, "listing_kind": "day", "listing_date": day}
    facts["observed_at"] = at
    listings = [
        {
            **facts,
            "paper_id": f"{day:%y%m}.{day:%d}{number:03}",
            "upvotes": number,
            "title": "T" * 40,
        }
        for number in range(papers)
    ]
    observation = {**facts, "papers": papers, "status": "complete", "landed_in": [f"hub/{day}/x"]}
    tables = {
        "listings": lake.rows("listings", listings),
        "observations": lake.rows("observations", [observation]),
    }
    lake.write_all(settings.lake, tables, f"{at:%Y%m%dT%H%M%S%f}Z-{source}-{day}")


def fill(settings: Settings, days: Iterable[date], each: int) -> int:
    """Observe days several times; gives the rows of ``listings`` written."""
    lake.prepare(settings.lake)
    rows = 0
    for day in days:
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        for number in range(each):
            observe(settings, day, start + timedelta(hours=number))
            rows += 3
    return rows


def contents(root: Path) -> dict[str, list[str]]:
    """Every row of every dataset, as DuckDB reads the globs."""
    return {
        dataset: [
            row[0]
            for row in duckdb.sql(
                f"select t::varchar from read_parquet('{root}/{dataset}/**/*.parquet',"
                " hive_partitioning = false) as t order by 1"
            ).fetchall()
        ]
        for dataset in lake.DATASETS
    }


def files(root: Path) -> int:
    """Parquet files that hold rows."""
    return sum(1 for path in root.rglob("*.parquet") if path.name != lake.SCHEMA_FILE)
