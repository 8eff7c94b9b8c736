"""The Parquet export's description as a frictionless data package, so that other tools load it.

``datapackage.json`` beside the files names each table, its columns with types and descriptions,
and the files' checksums. What does not belong here: writing the tables (``snapshot.py``) and their
descriptions, which are dbt's and come with the database as comments.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from orchestration.files import write_atomically
from orchestration.publish.manifest import PublishedFile

FILE_NAME: Final = "datapackage.json"

_TYPES: Final = (
    (r".*\[\]", "array"),
    (r"(STRUCT|MAP)\b.*", "object"),
    (r"(U|)(TINY|SMALL|BIG|HUGE|)INT(EGER)?", "integer"),
    (r"DOUBLE|FLOAT|DECIMAL.*", "number"),
    (r"BOOLEAN", "boolean"),
    (r"DATE", "date"),
    (r"TIMESTAMP.*", "datetime"),
    (r"TIME.*", "time"),
)
"""DuckDB's types as frictionless' types; what is not here is a string."""


@dataclass(frozen=True)
class Column:
    """A column with its DuckDB type."""

    name: str
    type: str
    description: str | None = None


@dataclass(frozen=True)
class Table:
    """A table of the export; its file is ``<name>.parquet``."""

    name: str
    columns: Sequence[Column]
    description: str | None = None


def describe_tables(
    connection: duckdb.DuckDBPyConnection, database: str, schema: str = "main"
) -> list[Table]:
    """The tables of an attached database with the comments they carry, by name."""
    tables = connection.execute(
        "select table_name, table_comment from information_schema.tables"
        " where table_catalog = ? and table_schema = ? order by table_name",
        [database, schema],
    ).fetchall()
    columns = connection.execute(
        "select table_name, column_name, data_type, comment from duckdb_columns()"
        " where database_name = ? and schema_name = ? order by table_name, column_index",
        [database, schema],
    ).fetchall()
    return [
        Table(
            name=table,
            columns=[Column(*column[1:]) for column in columns if column[0] == table],
            description=description,
        )
        for table, description in tables
    ]


def write_datapackage(
    folder: Path,
    tables: Sequence[Table],
    files: Mapping[str, PublishedFile],
    version: str,
    created_at: str,
) -> Path:
    """Write ``datapackage.json`` into the folder of the Parquet files.

    Args:
        files: the Parquet file of each table.
        version: the published version.
        created_at: when it was published, in ISO 8601.
    """
    content = {
        "profile": "data-package",
        "name": "papertide",
        "title": "Papertide: AI papers listed by the hub, their authors and trends",
        "version": version,
        "created": created_at,
        "resources": [_resource(table, files[table.name]) for table in tables],
    }
    path = folder / FILE_NAME
    write_atomically(path, json.dumps(content, indent=2, ensure_ascii=False).encode())
    return path


def _resource(table: Table, file: PublishedFile) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        **({"description": table.description} if table.description else {}),
        "path": f"{table.name}.parquet",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        "schema": {"fields": [_field(column) for column in table.columns]},
    }


def _field(column: Column) -> dict[str, str]:
    field = {"name": column.name, "type": _type(column.type)}
    if column.description:
        field["description"] = column.description
    return field


def _type(duckdb_type: str) -> str:
    for pattern, name in _TYPES:
        if re.fullmatch(pattern, duckdb_type):
            return name
    return "string"
