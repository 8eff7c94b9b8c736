"""Readers' SQL: what works, and what hostile statements get."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dashboard.components import files
from dashboard.data import sql
from dashboard.data.warehouse import Warehouse
from orchestration.settings import Settings
from tests.fakes.warehouse import copy_of

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
    "create temp table kept as select 1",
    "explain analyze select 1",
    "explain (analyze) (select 1)",
    "explain copy papers to '{folder}/papers.csv'",
    "/* explain select 1 -- */ explain analyze select 1",
    "call enable_logging()",
    "checkpoint",
]
ON_ITS_OWN_FILE = [
    "copy (select 1 where false) to '{file}' (use_tmp_file false, header false)",
    "copy (select 1) to '{file}' (use_tmp_file false)",
    "copy (select 1 as a) to '{file}' (per_thread_output true, overwrite true)",
    "copy (select 1 where false) to '{file}.wal' (use_tmp_file false, header false)",
    "copy (select 1) to '{file}.wal.checkpoint' (format parquet, use_tmp_file false)",
    "copy (pivot papers on primary_category using count(*)) to '{file}.wal'",
    "explain analyze copy (select 1 where false) to '{file}' (use_tmp_file false, header false)",
    "/* explain select 1 -- */ explain analyze copy (select 1) to '{file}' (use_tmp_file false)",
    "attach '{file}' as own",
    "attach '{file}.wal' as own",
    "export database '{file}.wal'",
    "pivot (from enable_profiling(format='json', save_location='{folder}/x.json')) on Success",
    "from read_duckdb('{file}', table_name = 'papers')",
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


@pytest.fixture
def own_house(demo_home: Settings, tmp_path: Path) -> Warehouse:
    """A version that a statement may break."""
    return Warehouse(copy_of(demo_home, tmp_path / "own").link.resolve())


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("statement", ON_ITS_OWN_FILE)
def test_the_published_file_stays_as_it_is(own_house: Warehouse, statement: str) -> None:
    folder = own_house.path.parent
    before = contents(folder)
    given = answer(own_house, statement.format(file=own_house.path, folder=folder))
    assert given.error
    assert contents(folder) == before


SEALED = """
import os, sys
from dashboard import sql_worker
connection = sql_worker.locked(sys.argv[1], "1GB")
sql_worker.seal()
for statement in sys.argv[2:]:
    try:
        connection.cursor().execute(statement)
    except sql_worker.duckdb.Error:
        pass
print(len(connection.execute("from papers").to_arrow_table()), os.geteuid())
"""


def test_a_sealed_process_reads_on_but_cannot_change_a_file(own_house: Warehouse) -> None:
    folder = own_house.path.parent
    before = contents(folder)
    asked = [each.format(file=own_house.path, folder=folder) for each in ON_ITS_OWN_FILE]
    if os.geteuid() != 0:  # then the kernel lets it remove what its user may remove
        asked = [statement for statement in asked if "overwrite" not in statement]
    said = subprocess.run(
        [sys.executable, "-c", SEALED, str(own_house.path), *asked],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    papers, user = map(int, said.stdout.split())
    assert papers > 300
    assert user != 0
    assert contents(folder) == before


@pytest.mark.parametrize(
    "statement",
    [
        "describe papers",
        "describe select 1 as a",
        "show tables",
        "show all tables",
        "summarize topics",
        "explain select count(*) from papers",
        "explain (from papers)",
        "explain describe papers",
        "EXPLAIN with few as (from papers limit 3) select title from few",
        "from papers limit 3",
        "table topics",
        "values (1, 'a')",
        "-- what is it about?\nselect 1;",
        "unpivot (select 1 as a, 2 as b) on a, b",
        "pivot (from range(4)) on range % 2 in (0, 1) using count(*)",
        "pragma table_info('papers')",
        "from json_execute_serialized_sql(json_serialize_sql('select 1'))",
        "select uuid(), random(), now(), timezone('Europe/Berlin', now()), '2026-11'::text",
        "select strftime(last_observed_at, '%A'), regexp_extract(title, '\\w+') from papers",
    ],
)
def test_statements_that_read_work(house: Warehouse, statement: str) -> None:
    given = answer(house, statement)
    assert given.table is not None, given.error
    assert given.table.num_rows


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


def test_a_query_that_waits_for_a_place_can_be_stopped(house: Warehouse) -> None:
    running = [sql.start(house, ENDLESS, 60) for _ in range(sql.AT_ONCE)]
    try:
        while any(job.is_waiting for job in running):
            time.sleep(0.05)
        waiting = sql.start(house, "select 1", 60)
        assert waiting.wait(0.5) is None
        assert waiting.is_waiting
        waiting.stop()
        assert waiting.answer is not None
        assert waiting.answer.error == "Stopped."
    finally:
        for job in running:
            job.stop()
    assert all(job.wait(10) for job in running)
    assert answer(house, "select 1").table is not None
    assert waiting.answer.error == "Stopped."


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
