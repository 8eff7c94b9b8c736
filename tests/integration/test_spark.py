"""The same dbt project on Apache Spark gives the tables it gives on DuckDB.

Only runs where Spark is installed (``.ci/spark``): it is too large for every checkout.
What does not belong here: whether the numbers are right (``test_marts_*``).
"""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import transform
from orchestration.collect import lake
from orchestration.demo.lake_writer import write_lake
from orchestration.settings import Settings
from orchestration.transform import DBT_PROJECT
from tests.integration import small_lake

pytest.importorskip("pyspark", reason="Spark is not installed: .ci/spark")
if shutil.which("java") is None:
    pytest.skip("Spark needs Java 17 or 21 on the path", allow_module_level=True)

FIRST_DAY, LAST_DAY = date(2026, 9, 28), date(2026, 11, 20)
PAPERS = 240
FOR_SMALL_DATA = {"PAPERTIDE_SPARK_PARTITIONS": "2", "PAPERTIDE_SPARK_ADAPTIVE": "false"}
TELLS_THE_BUILD = {"version", "built_at", "duckdb_version", "git_revision"}
"""Columns of `build_info` that say which build and engine it was, and who started it."""

# Spellings whose folding libraries disagree about: composed and decomposed accents, a capital that
# has no single small letter, sigma at the end of a word, letters without a plain form, emoji.
STRANGE_AUTHORS = [
    "Jose\u0301 Nu\u0301n\u0303ez", "José Núñez", "İpek IŞIK", "ΓΙΩΡΓΟΣ ΣΟΦΟΣ", "Łukasz Żółw",
    "Đỗ Thị Hà", "王小明", "O'Neil-Straße", "a\u00a0b", "🤖 Team", "fi ligature",
]  # fmt: skip
STRANGE_TITLE = "ΟΔΟΣ: 7B-token Cafe\u0301s — LLMs' “ré-trained” queries, 3-235B & 8-11B"
STRANGE_ABSTRACT = (
    "Code at https://github.com/Owner//Repo.git, http://x.org/é. We release 1.5 million images,\n"
    "a 7B model and 10-100 billion tokens. It costs $3 million\\year; see 'quotes' \\d."
)


def _strange_lake(settings: Settings) -> None:
    """Demo days, and what they lack: other sources, corrections, cards, strangers' spellings."""
    write_lake(
        settings.home,
        PAPERS,
        last_day=LAST_DAY,
        first_day=FIRST_DAY,
        observed_after_hours=(8, 40, 312),
    )
    first = datetime(2026, 11, 20, 9, tzinfo=UTC)
    later = datetime(2026, 11, 20, 12, tzinfo=UTC)
    common: dict[str, Any] = {"source": "demo", "listing_kind": "day", "listing_date": LAST_DAY,
              "is_published_year_inferred": False, "landed_in": "made by a test"}  # fmt: skip
    authors = [{"name": name, "is_hidden": False} for name in STRANGE_AUTHORS]
    listings = [
        common | {"observed_at": first, "paper_id": "2611.00001", "rank": 1, "upvotes": 3,
                  "title": STRANGE_TITLE, "abstract": STRANGE_ABSTRACT, "authors": authors,
                  "ai_keywords": ["Large  Language Models (LLMs)", "ΟΔΟΣ", "naïve Queries"],
                  "organization_name": "Université  d'Été", "github_url": "github.com/a//b.git"},
        common | {"observed_at": first, "paper_id": "page:00000000000a", "rank": 2,
                  "title": STRANGE_TITLE.lower(), "upvotes": 4, "project_url": "http://x.org/\n"},
        common | {"observed_at": first, "paper_id": "page:00000000000b", "rank": 4,
                  "title": "NO  authors", "upvotes": 2},
        common | {"observed_at": later, "paper_id": "2611.00002", "rank": 3, "upvotes": None,
                  "title": "No authors", "submitter_username": "sue"},
    ]  # fmt: skip
    tables = {
        "listings": listings,
        "upvote_history": [
            {"source": "recorder", "paper_id": "2611.00001", "observed_at": at, "upvotes": upvotes}
            for at, upvotes in ((first, 3), (later, 9))
        ],
        "arxiv_papers": [
            {"paper_id": "2611.00002", "observed_at": later, "title": "No authors", "version": 1,
             "authors": STRANGE_AUTHORS, "categories": ["cs.CL", "cs.LG"], "doi": "10.1/x",
             "published_at": first, "primary_category": "cs.CL", "is_withdrawn": False},
        ],
        "paper_details": [
            {"paper_id": "2611.00001", "observed_at": later, "upvotes": 8,
             "linked_models": [{"repository_id": "owner/model"}],
             "linked_datasets": [{"repository_id": "owner/data"}]},
        ],
        "quarantined_records": small_lake.QUARANTINED,
    }  # fmt: skip
    for dataset, rows in tables.items():
        lake.write(settings.lake, dataset, lake.rows(dataset, rows), "strange")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Both builds of one lake in one connection: schemas `by_duckdb.main` and `by_spark`."""
    settings = Settings(home=tmp_path_factory.mktemp("spark"))
    _strange_lake(settings)
    list(transform.build(settings))
    target = settings.home / "spark" / "dbt_target"
    answer = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")),
            "build",
            "--target=spark",
            "--exclude-resource-type=unit_test",
            "--log-level-file=none",
            f"--project-dir={DBT_PROJECT}",
            f"--profiles-dir={DBT_PROJECT}",
            f"--target-path={target}",
        ],
        cwd=settings.home,
        env={**os.environ, **FOR_SMALL_DATA, "PAPERTIDE_HOME": str(settings.home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout[-5000:]
    assert {path.name for path in settings.home.iterdir()}.isdisjoint({"metastore_db", "derby.log"})
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'; create schema by_spark")
        connection.execute(f"attach '{settings.build_database}' as by_duckdb (read_only)")
        for folder in (settings.home / "spark" / "warehouse" / "main.db").iterdir():
            connection.execute(
                f"create view by_spark.{folder.name} as from read_parquet('{folder}/*.parquet')"
            )
        yield connection


def _rows(connection: duckdb.DuckDBPyConnection, relation: str) -> list[dict[str, Any]]:
    """Rows in an order that tiny differences of floats don't change."""
    answer = connection.execute(f"select * from {relation}")
    columns = [column[0] for column in answer.description or []]
    rows = [dict(zip(columns, map(_plain, row), strict=True)) for row in answer.fetchall()]
    return sorted(rows, key=_order)


def _plain(value: Any) -> Any:
    # Spark's Parquet has instants with a zone; DuckDB's tables have them in UTC without.
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _order(row: dict[str, Any]) -> tuple[str, list[float]]:
    floats = {name: value for name, value in row.items() if isinstance(value, float)}
    exact = {name: value for name, value in sorted(row.items()) if name not in floats}
    return repr(exact), [round(value, 6) for _, value in sorted(floats.items())]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return bool(one == other)


@pytest.mark.parametrize(
    "table", sorted(path.stem for path in (DBT_PROJECT / "models" / "marts").rglob("*.sql"))
)
@pytest.mark.timeout(1800)
def test_spark_publishes_the_rows_that_duckdb_publishes(
    both: duckdb.DuckDBPyConnection, table: str
) -> None:
    ours, theirs = _rows(both, f"by_duckdb.main.{table}"), _rows(both, f"by_spark.{table}")
    assert len(ours) == len(theirs) > 0
    differing = [
        (name, row[name], other.get(name))
        for row, other in zip(ours, theirs, strict=True)
        for name in row.keys() | other.keys()
        if not (table == "build_info" and name in TELLS_THE_BUILD)
        and not _same(row.get(name), other.get(name))
    ]
    assert differing[:5] == []
