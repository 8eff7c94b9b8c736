"""The dbt project itself: its unit tests, its documentation, its agreement with the lake's schema.

What does not belong here: whether published numbers are right (the other ``test_marts_*``).
"""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.collect.schema import DATASETS
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.transform import DBT_PROJECT
from tests.fakes.warehouse import copy_of_build, observe

MODELS = DBT_PROJECT / "models"


def _described(kind: str, folder: Path) -> dict[str, dict[str, Any]]:
    """Entries of every yml file below a folder, by name."""
    entries: dict[str, dict[str, Any]] = {}
    for path in folder.rglob("*.yml"):
        for entry in (yaml.safe_load(path.read_text()) or {}).get(kind, []):
            entries[entry["name"]] = entry
    return entries


@pytest.fixture(scope="module")
def copied(demo_home: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy of a built data folder for commands of dbt's own."""
    return copy_of_build(demo_home, tmp_path_factory.mktemp("by_hand"))


def test_a_version_is_the_marts_and_nothing_else(demo_home: Settings) -> None:
    with duckdb.connect(str(demo_home.link), read_only=True) as connection:
        schemas = connection.execute("select distinct schema_name from duckdb_tables()").fetchall()
        assert schemas == [("main",)]
        free = connection.execute("select free_blocks from pragma_database_size()").fetchall()
        assert free == [(0,)]


def test_a_view_reads_its_own_version_whatever_else_is_open(demo_home: Settings) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{demo_home.link}' as any_name (read_only)")
        connection.execute("create table papers as select 'another' as paper_id")
        counts = connection.execute(
            "select (select count(*) from any_name.search_documents),"
            " (select count(*) from any_name.papers)"
        ).fetchone()
    assert counts is not None
    assert counts[0] == counts[1] > 1


def dbt(settings: Settings, monkeypatch: pytest.MonkeyPatch, *command: str) -> Any:
    """Run a command of dbt as by hand in ``dbt_project/``; gives its result."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    monkeypatch.setenv("PAPERTIDE_HOME", str(settings.home))
    folders = [f"--{name}-dir={DBT_PROJECT}" for name in ("project", "profiles")]
    folders += [f"--{name}-path={settings.dbt_target}" for name in ("target", "log")]
    try:
        outcome = dbtRunner().invoke(["--quiet", *command, *folders])
    finally:
        DuckDBConnectionManager.close_all_connections()
    assert outcome.success, outcome.exception
    return outcome.result


def test_unit_tests_pass(copied: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """dbt's own unit tests, each formula by hand, run against a copy of a built database."""
    ran = dbt(copied, monkeypatch, "test", "--select=test_type:unit")
    results = {
        result.node.name: str(result.status)
        for result in ran
        if result.node.resource_type == "unit_test"
    }
    assert len(results) >= 15
    assert set(results.values()) == {"pass"}, results


def test_a_lake_that_nobody_fills_is_stale(
    copied: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> list[str]:
        results = dbt(copied, monkeypatch, "source", "freshness")
        return [str(each.status) for each in results if each.node.resource_type == "source"]

    assert told() == ["warn"]  # the demo days are of the past
    now = datetime.now(UTC)
    observe(copied, now.date(), now, [])
    assert told() == ["pass"]


def test_sources_are_the_lakes_datasets() -> None:
    """A column of the lake that dbt does not know, or the reverse, is a drift of two contracts."""
    (source,) = _described("sources", MODELS / "staging").values()
    with duckdb.connect() as connection:
        declared = {
            table["name"]: connection.sql(
                "select "
                + ", ".join(
                    f"cast(null as {column['data_type']}) as {column['name']}"
                    for column in table["columns"]
                )
            )
            for table in source["tables"]
        }
        written = {
            name: connection.from_arrow(schema.empty_table()) for name, schema in DATASETS.items()
        }
        assert {name: (table.columns, table.types) for name, table in declared.items()} == {
            name: (table.columns, table.types) for name, table in written.items()
        }


def test_every_model_is_described() -> None:
    described = _described("models", MODELS)
    models = {path.stem for path in MODELS.rglob("*.sql")}
    assert set(described) == models
    assert [name for name, entry in described.items() if not entry.get("description")] == []


def test_every_published_column_is_described() -> None:
    without = [
        f"{name}.{column['name']}"
        for name, entry in _described("models", MODELS / "marts").items()
        for column in entry["columns"]
        if not column.get("description") or not column.get("data_type")
    ]
    assert without == []


def test_every_published_table_has_a_test_of_its_own() -> None:
    """A key or a rule: what a contract alone does not say. One row has neither."""
    without = {
        name
        for name, entry in _described("models", MODELS / "marts").items()
        if not entry.get("data_tests")
        and not any(column.get("data_tests") for column in entry["columns"])
    }
    assert without == {"build_info"}


@pytest.mark.parametrize(
    "path", sorted((MODELS / "intermediate").glob("*.sql")), ids=lambda path: path.stem
)
def test_words_of_a_model_are_the_same_in_its_file_and_in_the_docs(path: Path) -> None:
    header = re.match(r"(?:--.*\n)+", path.read_text())
    assert header, "an intermediate model begins with what it is"
    words = " ".join(line.removeprefix("--").strip() for line in header[0].splitlines())
    described = _described("models", MODELS / "intermediate")[path.stem]["description"]
    assert " ".join(described.split()) == words


def test_glossary_names_published_tables() -> None:
    with (DBT_PROJECT / "seeds" / "metric_definitions.csv").open(newline="") as file:
        named = {row["model"] for row in csv.DictReader(file)}
    assert named <= {path.stem for path in (MODELS / "marts").rglob("*.sql")}


def test_every_page_of_marts_is_an_exposure() -> None:
    """*Subscribe* asks the subscriptions, not the marts; *SQL* may be asked for any table."""
    exposures = _described("exposures", MODELS)
    pages = {path.stem for path in (PROJECT_ROOT / "dashboard" / "pages").glob("[a-z]*.py")}
    named = {name.removeprefix("dashboard_") for name in exposures if name.startswith("dashboard_")}
    assert named == pages - {"subscribe"}
    published = {path.stem for path in (MODELS / "marts").rglob("*.sql")}
    assert set(exposures["dashboard_sql"]["depends_on"]) == {f"ref('{name}')" for name in published}
