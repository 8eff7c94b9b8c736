"""The data package describes the export truly: names, types, words, checksums."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import duckdb
import pytest

from orchestration.publish.datapackage import describe_tables, write_datapackage
from orchestration.publish.manifest import PublishedFile

TYPES = {
    "VARCHAR": "string",
    "BIGINT": "integer",
    "INTEGER": "integer",
    "HUGEINT": "integer",
    "DOUBLE": "number",
    "DECIMAL(18,3)": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "TIMESTAMP WITH TIME ZONE": "datetime",
    "TIME": "time",
    "INTERVAL": "string",
    "VARCHAR[]": "array",
    "STRUCT(a INTEGER)[]": "array",
    "STRUCT(a INTEGER)": "object",
    "MAP(VARCHAR, INTEGER)": "object",
}


@pytest.fixture
def export(tmp_path: Path) -> tuple[Path, Path]:
    """A database and the folder of its export."""
    database, folder = tmp_path / "p.duckdb", tmp_path / "export"
    folder.mkdir()
    with duckdb.connect(str(database)) as connection:
        columns = ", ".join(f'"column {n}" {kind}' for n, kind in enumerate(TYPES))
        connection.execute(f"create table every_type ({columns})")
        connection.execute("create table papers (paper_id text, title text)")
        connection.execute("comment on table papers is 'One row a paper: \"all\" of them.'")
        connection.execute("comment on column papers.title is 'As listed, ünfolded.'")
        connection.execute("insert into papers values ('2611.00001', 'A title')")
        for table in ("papers", "every_type"):
            connection.execute(f"copy {table} to '{folder}/{table}.parquet' (format parquet)")
    return database, folder


def files(folder: Path) -> dict[str, PublishedFile]:
    """The table's files as a version describes them."""
    return {path.stem: PublishedFile.of(path, folder) for path in folder.glob("*.parquet")}


def test_it_says_what_is_there(export: tuple[Path, Path]) -> None:
    database, folder = export
    with duckdb.connect() as connection:
        connection.execute(f"attach '{database}' as published (read_only)")
        tables = describe_tables(connection, "published")
    path = write_datapackage(
        folder, tables, files(folder), "20261123T090000Z", "2026-11-23T09:00:00+00:00"
    )
    package = json.loads(path.read_bytes())
    assert path == folder / "datapackage.json"
    assert package["version"] == "20261123T090000Z"
    every_type, papers = package["resources"]
    assert [field["type"] for field in every_type["schema"]["fields"]] == list(TYPES.values())
    assert papers["description"] == 'One row a paper: "all" of them.'
    assert papers["schema"] == {
        "fields": [
            {"name": "paper_id", "type": "string"},
            {"name": "title", "type": "string", "description": "As listed, ünfolded."},
        ],
    }
    for resource in package["resources"]:
        # What the specification wants of names and paths.
        assert re.fullmatch(r"[a-z0-9._-]+", resource["name"])
        content = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_others_load_it_from_anywhere(
    export: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, folder = export
    with duckdb.connect() as connection:
        connection.execute(f"attach '{database}' as published (read_only)")
        tables = describe_tables(connection, "published")
    path = write_datapackage(folder, tables, files(folder), "v", "now")
    monkeypatch.chdir(tmp_path)
    package = json.loads(path.read_bytes())
    for resource in package["resources"]:
        names = [field["name"] for field in resource["schema"]["fields"]]
        found = duckdb.sql(f"select * from '{path.parent / resource['path']}'")
        assert found.columns == names
