"""The tables of a version: the DuckDB file, and Parquet of what changed since another version.

The DuckDB file is a copy of the build database's bytes: COPY FROM DATABASE takes 2.2 s for 67 MB,
at 14,000 papers, since it compresses each table again; at 10 million that would be longer than
building them. It is no hard link, as DuckDB locks a file whatever its name: who builds into one
would wait for who reads the other. A table's Parquet file is the other version's own file (a hard
link) when its rows are the same. What does not belong here: names of versions, manifests, and which
version to share with (``sharing.py``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from orchestration.dbt_run import PUBLISHED_SCHEMA
from orchestration.files import copy_file, link_or_copy

_SUFFIXES: Final = ("", ".wal")
"""A database's file, and what is not in it yet."""

_NESTED: Final = re.compile(r".*\]|(STRUCT|MAP|UNION)\(.*")
"""DuckDB's types of values that hold others."""


@dataclass(frozen=True)
class TableContent:
    """How many rows a table has, and a text that stands for them and for its columns."""

    table: str
    rows: int
    content: str


def copy_marts(build: Path, database: Path) -> None:
    """Copy the build database, with its comments, to ``database``.

    Raises:
        duckdb.IOException: somebody writes the build database at this moment.
    """
    with duckdb.connect(str(build), read_only=True):
        # While this has it open nobody can write it.
        copied = [suffix for suffix in _SUFFIXES if Path(f"{build}{suffix}").exists()]
        for suffix in copied:
            copy_file(Path(f"{build}{suffix}"), Path(f"{database}{suffix}"))
    if len(copied) > 1:
        duckdb.connect(str(database)).close()  # takes in what was not in the file yet


def state_of(build: Path) -> str:
    """A text that stands for what the build database holds: another one after each write."""
    files = (Path(f"{build}{suffix}") for suffix in _SUFFIXES)
    states = (file.stat() for file in files if file.exists())
    return "+".join(f"{state.st_size}-{state.st_mtime_ns}" for state in states)


def table_contents(connection: duckdb.DuckDBPyConnection) -> dict[str, TableContent]:
    """What is in each table of the opened version."""
    tables = connection.execute(
        "select table_name from information_schema.tables"
        " where table_catalog = current_database() and table_schema = ? order by table_name",
        [PUBLISHED_SCHEMA],
    ).fetchall()
    return {table: _content(connection, table) for (table,) in tables}


def export_tables(
    connection: duckdb.DuckDBPyConnection,
    export: Path,
    contents: Mapping[str, TableContent],
    known: Mapping[str, Path],
) -> None:
    """Write each table of the opened version into the folder ``export`` as Parquet.

    Args:
        contents: see :func:`table_contents`.
        known: the Parquet files of another version by :attr:`TableContent.content`.
    """
    for table, described in contents.items():
        file = export / f"{table}.parquet"
        if described.content in known:
            link_or_copy(known[described.content], file)
        else:
            name = str(file).replace("'", "''")
            connection.execute(f"copy \"{table}\" to '{name}' (format parquet, compression zstd)")


def _content(connection: duckdb.DuckDBPyConnection, table: str) -> TableContent:
    """DuckDB's own hash of each row, summed: a pass over a table, cheaper than compressing it.

    Its hash of a list is that of the items in a row, so that nothing tells where one list of a row
    ends, or an empty one from none: lists are hashed as texts.
    """
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns() where database_name ="
        " current_database() and schema_name = ? and table_name = ? order by column_index",
        [PUBLISHED_SCHEMA, table],
    ).fetchall()
    hashed = ", ".join(
        f'to_json("{name}")' if _NESTED.fullmatch(kind) else f'"{name}"' for name, kind in columns
    )
    (counted,) = connection.execute(
        f'select count(*), sum(hash({hashed})) from "{table}"'  # noqa: S608
    ).fetchall()
    told = repr((table, columns, counted))
    return TableContent(table, int(counted[0]), hashlib.sha256(told.encode()).hexdigest())
