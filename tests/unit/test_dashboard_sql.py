"""Readers' SQL: what works, and what hostile statements get."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.components import files
from dashboard.data import sql
from dashboard.data.warehouse import Warehouse
from orchestration.settings import Settings

ENDLESS = "select count(*) from range(100000000) a, range(100000) b"

REFUSED = [
    "select * from read_csv('/etc/passwd')",
    "select * from '/etc/passwd'",
    "select * from read_text('/proc/self/environ')",
    "select * from read_blob('http://127.0.0.1:9/x')",
    "select * from glob('/*')",
    "attach '/tmp/other.db'",
    "copy papers to '{folder}/papers.csv'",
    "export database '{folder}/all'",
    "install httpfs",
    "load httpfs",
    "set memory_limit = '64GB'",
    "set enable_external_access = true",
    "reset lock_configuration",
    "pragma enable_external_access",
    "create table taken as select 1",
    "drop table papers",
    "update papers set title = ''",
    "select * from sys",
    "select 1; select 2",
    "",
]
STOPPED = [
    ENDLESS,
    "with recursive r as (select 1 as n union all select n + 1 from r) select count(*) from r",
    "create temp table t as select * from range(10000000000)",
    "select list(range) from range(10000000000)",
]
SECONDS = 3.0


@pytest.fixture
def house(demo_home: Settings) -> Warehouse:
    return Warehouse(demo_home.link.resolve())


def answer(house: Warehouse, statement: str, seconds: float = 30) -> sql.Answer:
    given = sql.start(house, statement, seconds).wait(seconds + 15)
    assert given is not None
    return given


@pytest.mark.parametrize("statement", REFUSED)
def test_hostile_statements_are_refused(house: Warehouse, statement: str, tmp_path: Path) -> None:
    given = answer(house, statement.format(folder=tmp_path))
    assert given.error
    assert given.table is None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("statement", STOPPED)
def test_endless_statements_are_stopped(house: Warehouse, statement: str) -> None:
    given = answer(house, statement, SECONDS)
    assert given.error


def test_a_huge_result_is_cut(house: Warehouse) -> None:
    given = answer(house, "select repeat('x', 1000) as wide from range(100000000)")
    assert given.is_cut
    assert given.table is not None
    assert given.table.num_rows == sql.ROWS
    wide = answer(house, "select repeat('x', 100000) as wide from range(1000)")
    assert wide.is_cut
    assert wide.table is not None
    assert wide.table.nbytes <= sql.BYTES


def test_a_query_can_be_stopped(house: Warehouse) -> None:
    job = sql.start(house, ENDLESS, 60)
    assert job.wait(1) is None
    job.stop()
    given = job.wait(10)
    assert given is not None
    assert given.error == "Stopped."


def test_a_long_error_is_cut(house: Warehouse) -> None:
    given = answer(house, "select error(repeat('x', 100000000))")
    assert given.error
    assert 100 < len(given.error) <= 2000


def test_a_worker_that_says_too_much_is_not_listened_to(
    house: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql, "MOST_SAID", 1000)
    given = answer(house, "select range from range(5000)")
    assert given.error
    assert "more memory or time" in given.error


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("interval 1 day + interval 2 second", "0 months 1 days 2 seconds"),
        ("'101'::bit::text", "101"),
        ("'ab'::blob", "6162"),
        ("union_value(a := 1)", "1"),
        ("[1, null, 2]", "1; ; 2"),
        ("[[1], [2]]", "1; 2"),
        ("1.50::decimal(5, 2)", "1.50"),
        ("null", ""),
    ],
)
def test_any_result_becomes_a_csv(house: Warehouse, value: str, written: str) -> None:
    given = answer(house, f"select {value} as value")
    assert given.table is not None
    text = files.csv(given.table).decode()
    assert text.splitlines()[1].strip('"') == written
    assert files.csv(answer(house, "select '101'::bit, varint '1', {'a': 1}, map {1: 2}").table)


def test_a_pivot_is_one_statement(house: Warehouse) -> None:
    pivot = "pivot (from range(4)) on range % 2 using count(*)"
    given = answer(house, pivot)
    assert given.table is not None, given.error
    assert given.table.to_pylist() == [{"0": 2, "1": 2}]
    assert answer(house, f"{pivot}; {pivot}").error


def test_results_come_back_typed(house: Warehouse) -> None:
    given = answer(house, "select 1 as a, [1, 2] as b, date '2026-11-20' as c where 1 = 1")
    assert given.table is not None
    assert given.table.to_pylist()[0]["b"] == [1, 2]
    empty = answer(house, "select 1 as a where false")
    assert empty.table is not None
    assert empty.table.column_names == ["a"]


@pytest.mark.parametrize("title", sql.EXAMPLES)
def test_examples_work(house: Warehouse, title: str) -> None:
    given = answer(house, sql.EXAMPLES[title])
    assert given.error is None


def test_the_schema_has_descriptions(house: Warehouse) -> None:
    columns = sql.schema(house).rows
    described = [row for row in columns if row["comment"]]
    assert {"papers", "topics", "authors"} <= {row["table_name"] for row in columns}
    assert len(described) > 0.9 * len(columns)
