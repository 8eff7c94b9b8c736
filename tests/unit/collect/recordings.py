"""Counts and responses as others record them, and what of them is in the lake.

What does not belong here: assertions.
"""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

import duckdb

from orchestration.settings import Settings

CSV = """source,observed_at_utc,basis,paper_id,upvotes,num_comments,github_stars
rss,2024-11-11T00:00:00+00:00,about,2302.06555,9,,
rss,2024-11-11T05:00:00+05:00,about,2302.06555,9,,
rss,2024-11-12T00:00:00,about,0230.10000,0,1,2
"""


def write(path: Path, content: str | bytes) -> Path:
    """Write a file, compressed if its name says so."""
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(lzma.compress(data) if path.suffix.lower() == ".xz" else data)
    return path


def line(day: str, at: str, *items: Any) -> str:
    """A line of recorded responses."""
    return json.dumps({"listing_date": day, "observed_at": at, "body": items})


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    """Rows of the lake's datasets, by SQL that names them as tables."""
    for dataset in ("listings", "observations", "upvote_history", "quarantined_records"):
        files = f"read_parquet('{settings.lake}/{dataset}/**/*.parquet', hive_partitioning=false)"
        sql = sql.replace(f"from {dataset}", f"from {files}")
    return duckdb.sql(f"set timezone = 'UTC'; {sql}").fetchall()
