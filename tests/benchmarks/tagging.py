"""Topics found in texts by the model's SQL and by an Aho-Corasick automaton.

``python -m tests.benchmarks.tagging HOME``, with ``HOME`` a data folder that dbt built, needs the
``bench`` extra. Both ways fold the same texts, end in one table of (paper, topic, place) and must
agree row for row. The product keeps the SQL: it runs on Spark too, and no text leaves the database.
What does not belong here: what a topic is (``dbt_project/models``).
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path

import duckdb
import pyarrow as pa
from ahocorasick_rs import AhoCorasick

from orchestration.settings import load_settings
from orchestration.transform import DBT_PROJECT

BATCH = 50_000  # texts at once, so that memory stays bounded
MODEL = "int_topics__found"


def compiled(home: Path) -> str:
    """The model's statement, as dbt compiles it for this data folder."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    target = home / "tagging"
    folders = [f"--project-dir={DBT_PROJECT}", f"--profiles-dir={DBT_PROJECT}"]
    folders += [f"--target-path={target}", f"--log-path={target}"]
    outcome = dbtRunner().invoke(["--log-level=none", "compile", f"--select={MODEL}", *folders])
    DuckDBConnectionManager.close_all_connections()
    if not outcome.success:
        raise RuntimeError(f"dbt can't compile {MODEL}: {outcome.exception}")
    nodes = json.loads((target / "manifest.json").read_text())["nodes"]
    statement: str = nodes[f"model.papertide.{MODEL}"]["compiled_code"]
    return statement


def until(statement: str, part: str) -> str:
    """The statement's parts (CTEs) before one of them."""
    return statement.partition(f"\n{part} as (")[0].rstrip().removesuffix(",")


def by_sql(connection: duckdb.DuckDBPyConnection, statement: str) -> None:
    """Run the model as it is, without the keywords that the hub gave."""
    connection.execute(
        f"create temp table by_sql as {until(statement, 'final')}"
        " select distinct paper_id, topic, place from found where place > 1"
    )


def by_automaton(connection: duckdb.DuckDBPyConnection, statement: str) -> None:
    """Fold the texts in the database, and run each once through an automaton of all phrases."""
    connection.execute(
        f"create temp table texts as {until(statement, 'words')}"
        " select paper_id, place, folded_text from texts"
    )
    phrases = connection.execute(
        "select ' ' || phrase || ' ', topic from intermediate.int_topics__phrases"
    ).fetchall()
    automaton = AhoCorasick([phrase for phrase, _ in phrases])
    topics = [topic for _, topic in phrases]
    tables = []
    connection.execute("from texts")
    while texts := connection.fetchmany(BATCH):
        found = {
            (paper_id, topics[index], place)
            for paper_id, place, text in texts
            for index, _, _ in automaton.find_matches_as_indexes(text, overlapping=True)
        }
        names = ("paper_id", "topic", "place")
        columns = map(list, zip(*found, strict=True)) if found else ([], [], [])
        tables.append(pa.table(dict(zip(names, columns, strict=True))))
    connection.register("tagged", pa.concat_tables(tables, promote_options="permissive"))
    connection.execute("create temp table by_automaton as select distinct * from tagged")


def main() -> None:
    """Measure both once, compare, and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    home = parser.parse_args().home.resolve()
    os.environ["PAPERTIDE_HOME"] = str(home)
    statement = compiled(home)
    cpu: dict[str, float] = {}
    with duckdb.connect(str(load_settings().work_database), read_only=True) as connection:
        for way in (by_sql, by_automaton):
            started = time.process_time()
            way(connection, statement)
            cpu[way.__name__] = round(time.process_time() - started, 2)
        one, other = "from by_sql", "from by_automaton"
        counts = connection.execute(
            f"""select (select count(*) from texts), (select count(*) from by_sql),
            (select count(*) from (({one} except {other}) union all ({other} except {one})))"""
        ).fetchone()
    told = dict(zip(("texts", "found", "differ"), counts or (), strict=True))
    print(json.dumps(told | {"cpu_seconds": cpu}))


if __name__ == "__main__":
    main()
