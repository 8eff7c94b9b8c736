"""Steps from the lake to the marts by dbt, and the same statements without it.

What does not belong here: scripts written by hand (``by_hand_steps.py``), publication and reading.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from orchestration import audit, sizing, transform
from orchestration.collect import lake
from orchestration.collect.records import parse_body
from orchestration.collect.rows import listing_table
from orchestration.demo.generator import DemoHub
from orchestration.settings import PROJECT_ROOT, Settings, load_settings
from tests.benchmarks.lake_steps import Running
from tests.benchmarks.measure import Facts, cpu_seconds_so_far

PARSED = transform.PARSED_PROJECT / "bench"
"""The parse that the steps build from: the product's own may be in use, or be of older models."""
WITHOUT_TESTS = ("--exclude-resource-types", "test", "unit_test")


def dbt_models() -> Running:
    """Build every model with dbt, without tests."""
    facts = yield from run_dbt(WITHOUT_TESTS)
    return facts | _author_pairs(load_settings())


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
    facts = yield from run_dbt(WITHOUT_TESTS)
    audit.pass_build(settings)  # its publication is measured next, its tests are elsewhere
    return facts


def run_dbt(selection: Sequence[str]) -> Running:
    """Build a selection with dbt into new files, the project parsed beforehand."""
    settings = load_settings()
    transform.remove_databases(settings)
    transform.parse(PARSED)
    yield
    manifest = transform.load(settings, PARSED)
    seconds: dict[str, float] = {}
    moments: list[datetime] = []
    for event in transform.build(settings, selection, manifest):
        node = event["data"].get("node_info", {})
        moments += [
            datetime.fromisoformat(node[name]) for name in ("node_started_at", "node_finished_at")
        ]
        if node.get("resource_type") in ("model", "seed"):
            seconds[node["node_name"]] = round(float(event["data"].get("execution_time", 0)), 3)
    yield
    return {
        "inner_seconds": round((max(moments) - min(moments)).total_seconds(), 3),
        "bytes": sum(
            file.stat().st_size for file in (settings.build_database, settings.work_database)
        ),
        "model_seconds": _most_first(seconds),
    }


def plain_sql() -> Running:
    """Run the statements that dbt ran, as one script on one connection: what is left is dbt's."""
    settings = load_settings()
    nodes = json.loads((PARSED / "manifest.json").read_text())["nodes"]
    kinds = ("model.", "seed.")
    sources = {
        name: node["depends_on"].get("nodes", [])
        for name, node in nodes.items()
        if name.startswith(kinds)
    }
    built = [nodes[name] for name in TopologicalSorter(sources).static_order() if name in sources]
    compiled = settings.dbt_target / "compiled" / "papertide"
    folder = settings.home / "plain"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    yield
    cpu_seconds: dict[str, float] = {}
    with connected(settings, folder / settings.build_database.name) as connection:
        attach(connection, folder / settings.work_database.name)
        for node in built:
            started = cpu_seconds_so_far()
            connection.execute(
                f'create schema if not exists "{node["database"]}"."{node["schema"]}"'
            )
            name = node["relation_name"]
            if node["resource_type"] == "seed":
                path = PROJECT_ROOT / "dbt_project" / node["original_file_path"]
                connection.execute(f"create table {name} as from read_csv('{path}')")
            else:
                kind = "view" if node["config"]["materialized"] == "view" else "table"
                statement = (compiled / node["original_file_path"]).read_text()
                connection.execute(f"create {kind} {name} as {statement}")
            cpu_seconds[node["alias"]] = round(cpu_seconds_so_far() - started, 3)
    yield
    return {
        "statements": len(built),
        "bytes": sum(file.stat().st_size for file in folder.iterdir()),
        "cpu_seconds": _most_first(cpu_seconds),
    }


def _most_first(values: dict[str, float]) -> dict[str, float]:
    return dict(sorted(values.items(), key=lambda each: -each[1]))


def _author_pairs(settings: Settings) -> Facts:
    """How much of the co-authors' work few papers of very many authors make."""
    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        papers, share = connection.execute(
            """select count(*) filter (authors > 100),
                sum(authors * (authors - 1)) filter (authors > 100) / sum(authors * (authors - 1))
            from (select count(*) as authors from paper_authors group by paper_id)"""
        ).fetchone() or (0, 0)
    return {
        "papers_of_over_100_authors": papers,
        "their_share_of_author_pairs": round(share or 0, 3),
    }


def connected(settings: Settings, database: Path) -> duckdb.DuckDBPyConnection:
    """Open a database with the settings of dbt's profile, each query with all cores."""
    connection = duckdb.connect()
    attach(connection, database)
    connection.execute(
        f"""use {database.stem}; set checkpoint_threshold = '1GB';
        set file_search_path = '{settings.home}'; set preserve_insertion_order = false;
        set memory_limit = '{sizing.memory_limit(settings, sizing.lake_bytes(settings))}';
        set temp_directory = '{settings.home}/spill'; set timezone = 'UTC'"""
    )
    return connection


def attach(connection: duckdb.DuckDBPyConnection, database: Path) -> None:
    """Add a file that is written once, at the end, as dbt's are."""
    connection.execute(f"attach '{database}' as {database.stem} (recovery_mode no_wal_writes)")


def _evening(day: date) -> datetime:
    return datetime.combine(day, time(20), UTC)
