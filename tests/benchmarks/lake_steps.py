"""Steps up to the lake: making listings, collecting them, reading them all.

What does not belong here: marts and what comes after them.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta

import duckdb
import httpx

from orchestration.collect.compaction import compact
from orchestration.collect.days import collect_days
from orchestration.demo.lake_writer import write_lake
from orchestration.settings import Settings, load_settings
from tests.benchmarks.measure import Facts

Running = Generator[None, None, Facts]


def generate(papers: int, last_day: str) -> Running:
    """Make a lake up."""
    settings = load_settings()
    yield
    return vars(write_lake(settings.home, papers, last_day=date.fromisoformat(last_day)))


def generate_by_day(papers: int, last_day: str, days: int) -> Running:
    """Make a lake of so many days up that was never merged: a file a day in each dataset."""
    settings = load_settings()
    last = date.fromisoformat(last_day)
    first = last - timedelta(days=days - 1)
    yield
    return vars(write_lake(settings.home, papers, last_day=last, first_day=first, by_day=True))


def compact_all(last_day: str) -> Running:
    """Merge the files of days, all of them closed, as the daily step does."""
    settings = load_settings()
    later = datetime.combine(date.fromisoformat(last_day), time(), UTC) + timedelta(days=30)
    yield
    return vars(compact(settings, later))


def collect(hub_url: str, days: int, last_day: str) -> Running:
    """Collect days from a hub on the loopback interface, through landing into the lake."""
    settings = Settings(**{**load_settings().model_dump(), "hub_url": hub_url})
    asked = days_until(last_day, days)
    yield
    report = collect_days(settings, asked)
    if report.problems:
        raise RuntimeError(f"not collected: {report.problems[:3]}")
    return {"papers": report.papers, "requests": report.requests, "quarantined": report.quarantined}


def fetch(hub_url: str, days: int, last_day: str) -> Running:
    """The least that collecting can be: get the same pages and parse their JSON, keep nothing."""
    asked = days_until(last_day, days)
    yield
    with httpx.Client() as client, ThreadPoolExecutor(load_settings().hub_concurrency) as pool:
        url = f"{hub_url}/api/daily_papers"
        answers = pool.map(lambda day: client.get(url, params={"date": day, "limit": 100}), asked)
        return {"papers": sum(len(json.loads(answer.content)) for answer in answers)}


def scan(merged: bool) -> Running:
    """Decode every column of the listings, from the lake or from one file of the same rows."""
    home = load_settings().home
    path = home / "one_file.parquet" if merged else home / "lake" / "listings" / "**" / "*.parquet"
    files = f"read_parquet('{path}', hive_partitioning = false, union_by_name = {not merged})"
    yield
    with duckdb.connect() as connection:
        rows, digest = connection.execute(
            f"select count(*), bit_xor(hash(listings)) from {files} as listings"
        ).fetchone() or (0, 0)
    return {"rows": rows, "digest": str(digest)}


def merge() -> Running:
    """Write the listings as one file, what ``scan`` is compared with."""
    settings = load_settings()
    yield
    with duckdb.connect() as connection:
        connection.execute(f"set temp_directory = '{settings.home / 'spill'}'")
        connection.execute(
            f"""copy (from read_parquet('{settings.lake}/listings/**/*.parquet'))
            to '{settings.home / "one_file.parquet"}' (format parquet, compression zstd)"""
        )
    return {"files": len(list((settings.lake / "listings").rglob("*.parquet")))}


def days_until(last_day: str, count: int) -> list[date]:
    """So many days up to the last one, newest first."""
    last = date.fromisoformat(last_day)
    return [last - timedelta(days=age) for age in range(count)]
