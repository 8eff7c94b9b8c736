"""Opening a published version and running a query on it.

A version is a file nobody ever changes, so a result is kept as long as memory allows under the
version's own path, and a swapped link simply leads to another key. What does not belong here: the
queries of a subject.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from orchestration.settings import load_settings

Value = str | int | float | bool | date | datetime | None

CACHED_RESULTS: Final = 512
OPEN_VERSIONS: Final = 2
MEMORY_LIMIT: Final = "2GB"

_opening = threading.Lock()


class NoWarehouseError(LookupError):
    """Nothing is published yet."""


@dataclass(frozen=True)
class Result:
    """Rows of a query, and the SQL that gives them again."""

    table: pa.Table
    sql: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows as dictionaries of Python values."""
        rows: list[dict[str, Any]] = self.table.to_pylist()
        return rows

    @property
    def first(self) -> dict[str, Any] | None:
        """The first row, or None when there is none."""
        rows = self.table.slice(0, 1).to_pylist()
        return rows[0] if rows else None

    def __len__(self) -> int:
        return int(self.table.num_rows)


@dataclass(frozen=True)
class Warehouse:
    """One published version, opened read-only by its own path."""

    path: Path

    @property
    def version(self) -> str:
        """The version's name, as in ``papers-<version>.duckdb``."""
        return self.path.stem.removeprefix("papers-")

    @property
    def search_index(self) -> Path:
        """The folder of the version's full-text index."""
        return self.path.parent / self.version / "search"

    def run(self, sql: str, /, **parameters: Value | tuple[Value, ...]) -> Result:
        """Run ``sql`` with ``$name`` parameters.

        Returns:
            All rows; a query that could give many has a ``limit``.

        Raises:
            duckdb.Error: the query failed.
        """
        table = _run(self.path, sql, tuple(sorted(parameters.items())))
        return Result(table, as_text(sql, parameters))

    def has(self, table: str) -> bool:
        """Whether the version has a table; one published by an older release may lack it."""
        return bool(
            len(
                self.run(
                    "select 1 from information_schema.tables"
                    " where table_schema = 'main' and table_name = $name",
                    name=table,
                )
            )
        )


def current() -> Warehouse:
    """The newest published version.

    Raises:
        NoWarehouseError: no version is published yet.
    """
    link = load_settings().link
    try:
        return Warehouse(link.resolve(strict=True))
    except FileNotFoundError:
        raise NoWarehouseError(str(link)) from None


@lru_cache(maxsize=OPEN_VERSIONS)
def _connection(path: Path) -> duckdb.DuckDBPyConnection:
    # Without a configuration of its own: whoever else opens the version in this process (feeds, the
    # index) has to give the same one.
    connection = duckdb.connect(str(path), read_only=True)
    connection.execute(f"set timezone = 'UTC'; set memory_limit = '{MEMORY_LIMIT}'")
    return connection


@lru_cache(maxsize=CACHED_RESULTS)
def _run(
    path: Path, sql: str, parameters: tuple[tuple[str, Value | tuple[Value, ...]], ...]
) -> pa.Table:
    with _opening:
        cursor = _connection(path).cursor()
    values = {
        name: list(value) if isinstance(value, tuple) else value for name, value in parameters
    }
    try:
        return cursor.execute(sql, values).to_arrow_table()
    finally:
        cursor.close()


def as_text(sql: str, parameters: Mapping[str, Value | tuple[Value, ...]]) -> str:
    """The query with its parameters written as literals, for showing; never run by Papertide."""
    return re.sub(
        r"\$([a-z_][a-z_0-9]*)",
        lambda match: _literal(parameters[match[1]]) if match[1] in parameters else match[0],
        sql.strip(),
    )


def _literal(value: Value | tuple[Value, ...]) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_literal(item) for item in value) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return f"timestamptz '{value.isoformat()}'"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, int | float):
        return repr(value)
    return "'" + value.replace("'", "''") + "'"
