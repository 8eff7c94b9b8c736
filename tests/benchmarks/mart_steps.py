"""Steps from the lake to the marts: dbt, and what its work is compared with.

What does not belong here: publication and reading.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import duckdb
import pandas as pd

from orchestration import transform
from orchestration.collect import lake
from orchestration.collect.records import parse_body
from orchestration.collect.rows import listing_table
from orchestration.demo.generator import DemoHub
from orchestration.settings import PROJECT_ROOT, Settings, load_settings
from tests.benchmarks.lake_steps import Running
from tests.benchmarks.measure import cpu_seconds_so_far

WITHOUT_TESTS = ("--exclude-resource-types", "test", "unit_test")
ARTIFACTS = ("--write-json",)
SLOWEST = 12
THREADS = 2  # as in the profile


def dbt_models() -> Running:
    """Build every model with dbt, without tests, and tell ``plain_sql`` what was run."""
    return (yield from run_dbt(WITHOUT_TESTS + ARTIFACTS))


def dbt_build() -> Running:
    """Build and test as a refresh does."""
    return (yield from run_dbt(()))


def one_more_day(papers: int, last_day: str) -> Running:
    """Build every model after one more listing day of so many papers came in."""
    settings = load_settings()
    day = date.fromisoformat(last_day) + timedelta(days=1)
    while not (records := DemoHub(papers_per_day=papers).records(day, _evening(day))):
        day += timedelta(days=1)
    parsed = [record for _, record in parse_body(json.dumps(records).encode()).records]
    rows = listing_table(
        parsed,
        ranks=list(range(1, len(records) + 1)),
        source="demo",
        listing_kind="day",
        listing_date=day,
        observed_at=_evening(day),
        landed_in=[""] * len(records),
    )
    told = lake.rows(
        "observations",
        [
            {
                "source": "demo",
                "listing_kind": "day",
                "listing_date": day,
                "observed_at": _evening(day),
                "papers": len(records),
                "is_end_seen": True,
                "status": "complete",
            }
        ],
    )
    lake.write_all(settings.lake, {"listings": rows, "observations": told}, "one-more-day")
    return (yield from run_dbt(WITHOUT_TESTS))


def run_dbt(selection: Sequence[str]) -> Running:
    """Build a selection with dbt, the project parsed beforehand."""
    settings = load_settings()
    transform.parse()
    yield
    seconds: dict[str, float] = {}
    for event in transform.build(settings, selection):
        node = event["data"].get("node_info", {})
        if node.get("resource_type") in ("model", "seed"):
            seconds[node["node_name"]] = round(float(event["data"].get("execution_time", 0)), 3)
    return {
        "inner_seconds": round(sum(seconds.values()), 3),
        "slowest": _largest(seconds),
        "bytes": settings.build_database.stat().st_size,
    }


def plain_sql() -> Running:
    """Run the statements that dbt ran, as one script on one connection: what is left is dbt's."""
    settings = load_settings()
    results = json.loads((settings.dbt_target / "run_results.json").read_text())["results"]
    nodes = json.loads((settings.dbt_target / "manifest.json").read_text())["nodes"]
    built = [
        nodes[result["unique_id"]] | result
        for result in results
        if result["unique_id"].startswith(("model.", "seed."))
    ]
    database = settings.home / "plain" / "build.duckdb"
    database.parent.mkdir(exist_ok=True)
    database.unlink(missing_ok=True)
    yield
    cpu_seconds: dict[str, float] = {}
    with connected(settings, database) as connection:
        for node in built:
            started = cpu_seconds_so_far()
            connection.execute(f'create schema if not exists "{node["schema"]}"')
            name = f'"{node["schema"]}"."{node["alias"]}"'
            if node["resource_type"] == "seed":
                path = PROJECT_ROOT / "dbt_project" / node["original_file_path"]
                connection.execute(f"create table {name} as from read_csv('{path}')")
            else:
                kind = "view" if node["config"]["materialized"] == "view" else "table"
                connection.execute(f"create {kind} {name} as {node['compiled_code']}")
            cpu_seconds[node["alias"]] = round(cpu_seconds_so_far() - started, 3)
    return {
        "statements": len(built),
        "most_cpu_seconds": _largest(cpu_seconds),
        "bytes": database.stat().st_size,
    }


def authors_by_pandas() -> Running:
    """Make the counted columns of the author mart from the published tables with pandas."""
    settings = load_settings()
    folder = settings.published / settings.link.resolve().stem.removeprefix("papers-")
    yield
    lines = pd.read_parquet(
        folder / "paper_authors.parquet", columns=["paper_id", "author_id", "is_first", "is_last"]
    )
    papers = pd.read_parquet(
        folder / "papers.parquet", columns=["paper_id", "upvotes", "first_listed_on"]
    )
    joined = lines.merge(papers, on="paper_id")
    authors = joined.groupby("author_id").agg(
        papers=("paper_id", "nunique"),
        first_author_papers=("is_first", "sum"),
        last_author_papers=("is_last", "sum"),
        first_paper_on=("first_listed_on", "min"),
        last_paper_on=("first_listed_on", "max"),
        upvotes_total=("upvotes", "sum"),
        upvotes_median=("upvotes", "median"),
    )
    ordered = joined.sort_values("upvotes", ascending=False)
    place = ordered.groupby("author_id").cumcount() + 1
    authors["hub_h_index"] = (ordered["upvotes"] >= place).groupby(ordered["author_id"]).sum()
    return {"authors": len(authors)}


def authors_by_duckdb() -> Running:
    """Make the same columns with DuckDB from the same files."""
    settings = load_settings()
    folder = settings.published / settings.link.resolve().stem.removeprefix("papers-")
    yield
    with duckdb.connect() as connection:
        authors = connection.execute(
            f"""with joined as (
                from '{folder}/paper_authors.parquet'
                join '{folder}/papers.parquet' using (paper_id)
                select author_id, is_first, is_last, upvotes, first_listed_on,
                    row_number() over (partition by author_id order by upvotes desc) as place)
            select author_id, count(*), count(*) filter (is_first), count(*) filter (is_last),
                min(first_listed_on), max(first_listed_on), sum(upvotes), median(upvotes),
                count(*) filter (upvotes >= place)
            from joined group by author_id"""
        ).to_arrow_table()
    return {"authors": authors.num_rows}


def _largest(values: dict[str, float]) -> dict[str, float]:
    return dict(sorted(values.items(), key=lambda each: -each[1])[:SLOWEST])


def connected(settings: Settings, database: Path) -> duckdb.DuckDBPyConnection:
    """Open a database with the settings of dbt's profile."""
    connection = duckdb.connect(str(database))
    connection.execute(
        f"""set file_search_path = '{settings.home}'; set threads = {THREADS};
        set temp_directory = '{settings.home}/spill'; set preserve_insertion_order = false;
        set timezone = 'UTC'"""
    )
    return connection


def _evening(day: date) -> datetime:
    return datetime.combine(day, time(20), UTC)
