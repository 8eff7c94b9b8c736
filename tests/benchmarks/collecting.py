"""Figures of collecting: parsing speed, the fuzzer's million, and what reading ten years costs.

``python -m tests.benchmarks.collecting backfill|parse|fuzz|schema`` with ``--recorded FILE``,
``--records N``, ``--faults P`` prints one JSON line. Without a recorded file the days and records
are made up. What does not belong here: assertions (``tests/unit/collect``,
``tests/integration/faults``).
"""

from __future__ import annotations

import argparse
import json
import lzma
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.collect import lake
from orchestration.collect.days import collect_days
from orchestration.collect.landing import land
from orchestration.collect.merging import PeriodWriter
from orchestration.collect.records import parse_body
from orchestration.collect.replay import catch_up, replay
from orchestration.collect.rows import listing_table
from orchestration.collect.schema import DATASETS
from orchestration.demo.generator import DemoHub
from orchestration.settings import Settings
from tests.fakes.faults import Faults
from tests.fakes.fuzz import bodies
from tests.fakes.hub import FakeHub
from tests.fakes.listings import FixedListings

FIRST = date(2016, 1, 1)
PAGE = 100


def records_of(recorded: Path | None) -> list[dict[str, Any]]:
    """The recorded records, or about as many made-up ones."""
    if recorded:
        with lzma.open(recorded, "rt", encoding="utf-8") as lines:
            return [record for line in lines for record in json.loads(line)["body"]]
    hub, now = DemoHub(), datetime(2026, 11, 1, tzinfo=UTC)
    days = (date(2026, 10, 1) - timedelta(days=offset) for offset in range(400))
    return [record for day in days for record in hub.records(day, now)]


def backfill(recorded: Path | None, faults: float) -> dict[str, Any]:
    """All recorded days (or 479 made-up ones) from a hub on the loopback interface, in one run."""
    last = date(2026, 10, 1)
    listings = FixedListings.from_file(recorded) if recorded else DemoHub()
    days = sorted(islice(listings.days(last), 479))
    with (
        tempfile.TemporaryDirectory() as folder,
        FakeHub(listings, faults=Faults(faults, hang_seconds=3), rate_limit=10**6) as hub,
    ):
        settings = Settings(  # type: ignore[call-arg]
            home=Path(folder),
            hub_url=hub.url,
            hub_requests_per_5_minutes=10**6,
            request_timeout_seconds=2,
        )
        report = collect_days(settings, days)
        return {
            "days": len(days),
            "complete": report.count("complete"),
            "empty": report.count("empty"),
            "problems": len(report.problems),
            "papers": report.papers,
            "requests": report.requests,
            "retries": report.retries,
            "status_429": report.throttled,
            "seconds": round(report.seconds, 1),
        }


def parse(records: list[dict[str, Any]], count: int) -> dict[str, Any]:
    """Landed bytes on disk to Parquet on disk, through the very code that rebuilds the lake."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder))  # type: ignore[call-arg]
        pages = [records[start : start + PAGE] for start in range(0, len(records), PAGE)]
        spelled = [json.dumps(page, ensure_ascii=False).encode() for page in pages]
        landed = number = 0
        while landed < count:
            body = spelled[number % len(spelled)]
            day = FIRST + timedelta(days=number % 3650)
            at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=number)
            land(settings.landing, "hub", str(day), at, 0, body, limit=PAGE + 1)
            landed += len(pages[number % len(pages)])
            number += 1
        catch_up(settings)  # a replay reads what lies unread before it begins
        started = time.perf_counter(), time.process_time()
        report = replay(settings)
        wall, cpu = time.perf_counter() - started[0], time.process_time() - started[1]
        size = sum(path.stat().st_size for path in settings.lake.rglob("*.parquet"))
    return {
        "records": landed,
        "rows": report.rows["listings"],
        "seconds": round(wall, 1),
        "cpu_seconds": round(cpu, 1),
        "records_per_second": round(landed / wall),
        "records_per_cpu_second": round(landed / cpu),
        "parquet_mb": round(size / 1e6),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def fuzz(count: int) -> dict[str, Any]:
    """Records of a fuzzer through the parser and into Arrow: each becomes a row or is refused."""
    rows = refused = items = 0
    started = time.perf_counter()
    for body, held in bodies(seed=1):
        parsed = parse_body(body)
        table = listing_table(
            [record for _, record in parsed.records],
            ranks=[position + 1 for position, _ in parsed.records],
            source="hub",
            listing_kind="day",
            listing_date=FIRST,
            observed_at=datetime(2026, 1, 1, tzinfo=UTC),
            landed_in=["hub/x"] * len(parsed.records),
        )
        table.validate(full=True)
        assert parsed.rows == max(held, 1), body[:200]
        rows, refused, items = rows + table.num_rows, refused + len(parsed.refused), items + held
        if items >= count:
            break
    seconds = round(time.perf_counter() - started, 1)
    return {"items": items, "rows": rows, "refused": refused, "crashes": 0, "seconds": seconds}


def schema(years: int = 10) -> dict[str, Any]:
    """Reading years of monthly files: the union of all schemas by name, or the first file's."""
    figures: dict[str, Any] = {"years": years}
    listings = DATASETS["listings"]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        lake.prepare(root)
        with PeriodWriter(root, "merged") as writer:
            for rows in _months(years):
                writer.add("listings", rows)
        files = sorted((root / "listings").rglob("merged*.parquet"))
        figures |= {"files": len(files), "rows": lake.scan(root, "listings").count_rows()}
        glob = f"{root}/listings/**/*.parquet"
        plain = f"read_parquet('{glob}', hive_partitioning = false"
        queries = {
            "first file's schema": f"{plain})",
            "union by name": f"{plain}, union_by_name = true)",
        }
        wanted = "select count(*), sum(upvotes), max(title) from "
        for name, source in queries.items():
            figures[f"{name}, ms"] = _milliseconds(wanted + source)
        figures["declared schema (pyarrow), ms"] = _declared(root)
        # A column that came later: half of the files lack the last one.
        for path in files[: len(files) // 2]:
            table = pq.read_table(path, schema=listings, partitioning=None)
            pq.write_table(table.drop(["schema_version"]), path, compression="zstd")
        for name, source in queries.items():
            try:
                figures[f"{name}, a column missing, ms"] = _milliseconds(wanted + source)
                duckdb.sql(f"select count(schema_version) from {source}").fetchall()
            except duckdb.Error as error:
                figures[f"{name}, a column missing"] = str(error).splitlines()[0][:120]
        figures["declared schema (pyarrow), a column missing, ms"] = _declared(root)
    return figures


def _declared(root: Path) -> float:
    def run() -> None:
        listings = lake.scan(root, "listings")  # noqa: F841 - read by the query below
        duckdb.sql("select count(*), sum(upvotes), max(title) from listings").fetchall()

    return min(_timed(run) for _ in range(5))


def _milliseconds(query: str) -> float:
    return min(_timed(lambda: duckdb.sql(query).fetchall()) for _ in range(5))


def _timed(run: Any) -> float:
    started = time.perf_counter()
    run()
    return round((time.perf_counter() - started) * 1000, 1)


def _months(years: int) -> Iterator[pa.Table]:
    records = [r for _, r in parse_body(json.dumps(records_of(None)[:2000]).encode()).records]
    for month in range(years * 12):
        day = date(FIRST.year + month // 12, month % 12 + 1, 1)
        yield listing_table(
            records,
            ranks=range(1, len(records) + 1),
            source="hub",
            listing_kind="day",
            listing_date=day,
            observed_at=datetime(day.year, day.month, 1, tzinfo=UTC),
            landed_in=["hub/x"] * len(records),
        )


def main() -> None:
    """Run one benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["backfill", "parse", "fuzz", "schema"])
    parser.add_argument("--faults", type=float, default=0.0, help="probability of a faulty answer")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--recorded", type=Path, help="recorded responses, JSON lines, xz")
    options = parser.parse_args()
    if options.what == "backfill":
        figures = backfill(options.recorded, options.faults)
    elif options.what == "parse":
        figures = parse(records_of(options.recorded), options.records)
    elif options.what == "fuzz":
        figures = fuzz(options.records)
    else:
        figures = schema()
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
