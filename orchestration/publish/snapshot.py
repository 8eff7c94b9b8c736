"""Published versions of the warehouse: write, list, verify and go back.

A version is ``published/papers-<version>.duckdb``, beside it ``published/<version>/`` with the
Parquet export, its data package and the search index, and its manifest
``published/papers-<version>.manifest.json``; all of it is read-only and never changes.
``papers.duckdb`` is a link to the version readers get. A DuckDB process that has an old file open
keeps serving it under a replaced path, so a version has a name of its own and only the link moves.

What does not belong here: what the tables mean (dbt), and when to publish (``defs/``).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration.files import sha256_of, swap_link, sync_file, sync_folder, write_atomically
from orchestration.publish import search_index
from orchestration.publish.datapackage import Table, describe_tables, write_datapackage
from orchestration.settings import Settings

SEARCH_INDEX = "search"
"""Folder of a version's full-text index, below its export."""

VERSION_FORMAT = "%Y%m%dT%H%M%SZ"
READ_ONLY_FILE = 0o444


class PublicationError(RuntimeError):
    """The warehouse can't be published, or a version can't be used; the message says why."""


@dataclass(frozen=True)
class PublishedFile:
    """A file of a version: its path below ``published/``, bytes, checksum and table rows."""

    path: str
    bytes: int
    sha256: str
    table: str | None = None
    rows: int | None = None


@dataclass(frozen=True)
class Manifest:
    """What a version consists of, kept beside it as JSON."""

    version: str
    published_at: str
    duckdb_version: str
    files: list[PublishedFile]

    @property
    def rows(self) -> dict[str, int]:
        """Rows of each table."""
        return {file.table: file.rows or 0 for file in self.files if file.table}

    @property
    def bytes(self) -> int:
        """Bytes of all files of the version."""
        return sum(file.bytes for file in self.files)


def database_path(settings: Settings, version: str) -> Path:
    """The DuckDB file of a version."""
    return settings.published / f"papers-{version}.duckdb"


def manifest_path(settings: Settings, version: str) -> Path:
    """The manifest of a version."""
    return settings.published / f"papers-{version}.manifest.json"


def versions(settings: Settings) -> list[str]:
    """Complete versions, oldest first: those whose manifest has been written."""
    names = (path.name for path in settings.published.glob("papers-*.manifest.json"))
    return sorted(name.removeprefix("papers-").removesuffix(".manifest.json") for name in names)


def current_version(settings: Settings) -> str | None:
    """The version readers get now, or None before the first publication."""
    if not settings.link.is_symlink():
        return None
    return settings.link.readlink().name.removeprefix("papers-").removesuffix(".duckdb")


def read_manifest(settings: Settings, version: str) -> Manifest:
    """Read a version's manifest.

    Raises:
        PublicationError: there is no such version.
    """
    path = manifest_path(settings, version)
    if not path.exists():
        known = ", ".join(versions(settings)) or "none"
        raise PublicationError(f"no published version {version!r}; there are: {known}")
    content = json.loads(path.read_text())
    files = [PublishedFile(**file) for file in content.pop("files")]
    return Manifest(**content, files=files)


def publish(settings: Settings, now: datetime | None = None) -> Manifest:
    """Copy the build database's ``main`` schema into a new version and point the link at it.

    The link moves last, so whoever is killed on the way leaves the old version in place and at most
    files without a manifest, which the next publication removes.

    Raises:
        PublicationError: nothing has been built, or what was built did not pass its tests.
    """
    if not settings.build_database.exists():
        raise PublicationError("nothing to publish: build the marts first (make data)")
    if not settings.build_audit.exists():
        raise PublicationError("the last build did not pass its tests: fix it and build again")
    published_at = now or datetime.now(UTC)
    settings.published.mkdir(parents=True, exist_ok=True)
    _remove_unfinished(settings)
    version = _free_version(settings, published_at)
    database, export = database_path(settings, version), settings.published / version
    with _read_only_build(settings) as connection:
        rows, tables = _copy_tables(connection, database, export)
    write_datapackage(export, tables, version, published_at.isoformat())
    search_index.build(database, export / SEARCH_INDEX)
    files = [_published_file(settings, database)]
    for path in sorted(path for path in export.rglob("*") if path.is_file()):
        table = path.stem if path.suffix == ".parquet" else None
        files.append(_published_file(settings, path, table, rows.get(table or "")))
    sync_folder(export)
    manifest = Manifest(version, published_at.isoformat(), duckdb.__version__, files)
    content = json.dumps(asdict(manifest), indent=2).encode()
    write_atomically(manifest_path(settings, version), content)
    manifest_path(settings, version).chmod(READ_ONLY_FILE)
    swap_link(settings.link, database)
    _remove_old(settings)
    return manifest


def rollback(settings: Settings, version: str | None = None) -> str:
    """Point the link at ``version``, by default the one before the current; give its name.

    Raises:
        PublicationError: there is no such version.
    """
    if version is None:
        current = current_version(settings) or ""
        earlier = [known for known in versions(settings) if known < current]
        if not earlier:
            raise PublicationError("there is no earlier version to go back to")
        version = earlier[-1]
    read_manifest(settings, version)
    swap_link(settings.link, database_path(settings, version))
    return version


def verify(settings: Settings, version: str) -> list[str]:
    """Compare each file of a version with its manifest; give what is wrong, empty when all is."""
    problems = []
    for file in read_manifest(settings, version).files:
        path = settings.published / file.path
        if not path.exists():
            problems.append(f"{file.path}: missing")
        elif path.stat().st_size != file.bytes or sha256_of(path) != file.sha256:
            problems.append(f"{file.path}: differs from what was published")
    return problems


@contextmanager
def _read_only_build(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = true")
        connection.execute(f"attach {_quoted(settings.build_database)} as build (read_only)")
        yield connection


def _copy_tables(
    connection: duckdb.DuckDBPyConnection, database: Path, export: Path
) -> tuple[dict[str, int], list[Table]]:
    """Copy every table of ``build.main`` with its comments; give rows by table, and the tables."""
    export.mkdir()
    connection.execute(f"attach {_quoted(database)} as published")
    tables = connection.execute(
        "select table_name, comment from duckdb_tables()"
        " where database_name = 'build' and schema_name = 'main' order by table_name"
    ).fetchall()
    rows = {}
    for table, comment in tables:
        connection.execute(f'create table published."{table}" as from build."{table}"')
        _comment(connection, f'table published."{table}"', comment)
        columns = connection.execute(
            "select column_name, comment from duckdb_columns()"
            " where database_name = 'build' and schema_name = 'main' and table_name = ?",
            [table],
        ).fetchall()
        for column, words in columns:
            _comment(connection, f'column published."{table}"."{column}"', words)
        parquet = _quoted(export / f"{table}.parquet")
        counted = connection.execute(
            f'copy published."{table}" to {parquet} (format parquet, compression zstd)'
        ).fetchone()
        rows[table] = int(counted[0]) if counted else 0
    described = describe_tables(connection, "published")
    connection.execute("detach published")
    return rows, described


def _comment(connection: duckdb.DuckDBPyConnection, what: str, words: str | None) -> None:
    if words:
        connection.execute(f"comment on {what} is {_quoted(words)}")


def _quoted(value: Path | str) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _published_file(
    settings: Settings, path: Path, table: str | None = None, rows: int | None = None
) -> PublishedFile:
    sync_file(path)
    # An analyst who forgets -readonly gets a refusal instead of a lock the dashboard waits for.
    path.chmod(READ_ONLY_FILE)
    relative = path.relative_to(settings.published).as_posix()
    return PublishedFile(relative, path.stat().st_size, sha256_of(path), table, rows)


def _free_version(settings: Settings, published_at: datetime) -> str:
    """The time of publication; within one second a counter keeps names apart and in order."""
    name = published_at.strftime(VERSION_FORMAT)
    taken = [known for known in versions(settings) if known.startswith(name)]
    return name if not taken else f"{name}-{len(taken):03d}"


def _remove_unfinished(settings: Settings) -> None:
    complete = set(versions(settings))
    for path in settings.published.iterdir():
        version = path.name.removeprefix("papers-").split(".")[0]
        if version not in complete:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _remove_old(settings: Settings) -> None:
    for version in versions(settings)[: -settings.keep_versions]:
        if version != current_version(settings):
            # The manifest goes first: a version without one is unfinished, and so removable.
            manifest_path(settings, version).unlink()
            database_path(settings, version).unlink()
            shutil.rmtree(settings.published / version)
