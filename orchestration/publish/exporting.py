"""The tables of a version: the DuckDB file, and Parquet of what changed since another version.

The DuckDB file is a copy of the build database's bytes without the schemas that are not published:
writing its tables again compresses them again, which costs twenty times as much. A table's Parquet
file is the other version's own file (a hard link) when its rows are the same. What does not belong
here: names of versions, manifests.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from orchestration.files import link_or_copy

PUBLISHED_SCHEMA: Final = "main"

_NESTED: Final = re.compile(r".*\]|(STRUCT|MAP|UNION)\(.*")
"""DuckDB's types of values that hold others."""


@dataclass(frozen=True)
class TableContent:
    """How many rows a table has, and a text that stands for them and for its columns."""

    rows: int
    content: str


def copy_marts(build: Path, database: Path) -> None:
    """Copy the build database with its comments to ``database``, the published schema alone.

    What the other schemas held stays as free space of the file.

    Raises:
        duckdb.IOException: somebody writes the build database at this moment.
    """
    with duckdb.connect(str(build), read_only=True):
        # While this has it open nobody can write it; what is not in the file yet lies beside it.
        for suffix in ("", ".wal"):
            if Path(f"{build}{suffix}").exists():
                shutil.copyfile(f"{build}{suffix}", f"{database}{suffix}")
    with duckdb.connect(str(database)) as connection:
        schemas = connection.execute(
            "select schema_name from duckdb_schemas()"
            " where database_name = current_database() and not internal and schema_name <> ?",
            [PUBLISHED_SCHEMA],
        ).fetchall()
        for (schema,) in schemas:
            connection.execute(f'drop schema "{schema}" cascade')


def export_tables(
    connection: duckdb.DuckDBPyConnection, export: Path, known: Mapping[str, Path]
) -> dict[str, TableContent]:
    """Write each table of the opened version into the folder ``export`` as Parquet.

    Args:
        known: the Parquet files of another version by :attr:`TableContent.content`.
    """
    tables = connection.execute(
        "select table_name from duckdb_tables()"
        " where database_name = current_database() and schema_name = ? order by table_name",
        [PUBLISHED_SCHEMA],
    ).fetchall()
    contents = {}
    for (table,) in tables:
        contents[table] = described = _content(connection, table)
        file = export / f"{table}.parquet"
        if described.content in known:
            link_or_copy(known[described.content], file)
        else:
            name = str(file).replace("'", "''")
            connection.execute(f"copy \"{table}\" to '{name}' (format parquet, compression zstd)")
    return contents


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
    # Another version of DuckDB may hash otherwise.
    told = repr((duckdb.__version__, table, columns, counted))
    return TableContent(int(counted[0]), hashlib.sha256(told.encode()).hexdigest())
