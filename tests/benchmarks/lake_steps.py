"""Steps up to the lake: making listings, collecting them, reading them all.

What does not belong here: marts and what comes after them.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import duckdb
import httpx

from orchestration.collect.compaction import compact
from orchestration.collect.days import collect_days
from orchestration.collect.hub import PAGE_SIZE
from orchestration.demo.generator import DemoHub
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


def record(papers: int, last_day: str, days: int, path: str) -> Running:
    """Record a hub's answers about days: made up once, so that whoever asks gets the same fast."""
    hub = DemoHub(papers_per_day=papers / days * 7 / 5)
    asked = days_until(last_day, days)
    moment = datetime.combine(asked[0], time(23), UTC)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    yield
    with Path(path).open("w", encoding="utf-8") as lines:
        for day in asked:
            answer = {"listing_date": str(day), "body": hub.records(day, moment)}
            lines.write(json.dumps(answer) + "\n")
    return {}


def compact_all(last_day: str) -> Running:
    """Merge the files of days, all of them closed, as the daily step does."""
    settings = load_settings()
    later = datetime.combine(date.fromisoformat(last_day), time(), UTC) + timedelta(days=30)
    yield
    return vars(compact(settings, later))


def collect(hub_url: str, days: int, last_day: str) -> Running:
    """Collect days from a hub on the loopback interface, through landing into the lake."""
    settings = asking(hub_url)
    asked = days_until(last_day, days)
    yield
    report = collect_days(settings, asked)
    yield
    if report.problems:
        raise RuntimeError(f"not collected: {report.problems[:3]}")
    landed = sum(path.stat().st_size for path in settings.landing.rglob("*") if path.is_file())
    return {
        "papers": report.papers,
        "requests": report.requests,
        "quarantined": report.quarantined,
        "landing_bytes": landed,
    }


def fetch(hub_url: str, days: int, last_day: str) -> Running:
    """The least that collecting can be: get the same pages and parse their JSON, keep nothing."""
    asked = days_until(last_day, days)
    url = f"{hub_url}/api/daily_papers"
    yield
    with httpx.Client() as client, ThreadPoolExecutor(load_settings().hub_concurrency) as pool:
        counts = list(pool.map(lambda day: list(_pages(client, url, day)), asked))
    return {"papers": sum(map(sum, counts)), "requests": sum(map(len, counts))}


def _pages(client: httpx.Client, url: str, day: date) -> Iterator[int]:
    """Papers on each page of a day."""
    page = httpx.URL(url, params={"date": str(day), "limit": PAGE_SIZE})
    while True:
        answer = client.get(page)
        yield len(json.loads(answer.content))
        if "next" not in answer.links:
            return
        page = page.join(answer.links["next"]["url"])


def asking(hub_url: str) -> Settings:
    """The settings of whoever asks a hub that sets no pace."""
    told = load_settings().model_dump()
    return Settings(**told | {"hub_url": hub_url, "hub_requests_per_5_minutes": 10**6})


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
