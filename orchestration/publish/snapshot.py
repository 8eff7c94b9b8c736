"""Published versions of the warehouse: write, list, verify and go back.

A version is ``published/papers-<version>.duckdb``, beside it ``published/<version>/`` with the
Parquet export, its data package and the search index, and its manifest
``published/papers-<version>.manifest.json``; all of it is read-only and never changes, so versions
share the files that are the same (hard links).
``papers.duckdb`` is a link to the version readers get. A DuckDB process that has an old file open
keeps serving it under a replaced path, so a version has a name of its own and only the link moves.

What does not belong here: making the files (``exporting.py``, ``indexing.py``), what the tables
mean (dbt), and when to publish (``defs/``).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration.files import sha256_of, swap_link, sync_file, sync_folder, write_atomically
from orchestration.publish import indexing
from orchestration.publish.datapackage import describe_tables, write_datapackage
from orchestration.publish.exporting import TableContent, copy_marts, export_tables
from orchestration.publish.manifest import Manifest, PublishedFile
from orchestration.settings import Settings

SEARCH_INDEX = "search"
"""Folder of a version's full-text index, below its export."""

PUBLISHED = "published"
"""What a version is called while its tables are exported."""

VERSION_FORMAT = "%Y%m%dT%H%M%SZ"
READ_ONLY_FILE = 0o444


class PublicationError(RuntimeError):
    """The warehouse can't be published, or a version can't be used; the message says why."""


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
    return Manifest.read(path)


def publish(settings: Settings, now: datetime | None = None) -> Manifest:
    """Make a new version of the build database's marts and point the link at it.

    Files whose content is the newest version's are shared with it, be it all of them. The link
    moves last, so whoever is killed on the way leaves the old version in place and at most files
    without a manifest, which the next publication removes.

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
    shared = _intact_files(settings)
    version = _free_version(settings, published_at)
    database, export = database_path(settings, version), settings.published / version
    export.mkdir()
    copy_marts(settings.build_database, database)
    with _opened(database) as connection:
        known = {each.content: path for path, each in shared.items() if each.content}
        contents = export_tables(connection, export, known)
        tables = describe_tables(connection, PUBLISHED)
    write_datapackage(export, tables, version, published_at.isoformat())
    indexed = {path.parent for path in shared if path.parent.name == SEARCH_INDEX}
    indexing.build(database, export / SEARCH_INDEX, previous=next(iter(indexed), None))
    files = [_published_file(settings, database, shared)]
    for path in sorted(path for path in export.rglob("*") if path.is_file()):
        content = contents.get(path.stem) if path.suffix == ".parquet" else None
        files.append(_published_file(settings, path, shared, content))
    for folder in (export, export / SEARCH_INDEX):
        sync_folder(folder)
    manifest = Manifest(version, published_at.isoformat(), duckdb.__version__, files)
    write_atomically(manifest_path(settings, version), manifest.json())
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
    problems = (each.problem(settings.published) for each in read_manifest(settings, version).files)
    return [problem for problem in problems if problem]


def _intact_files(settings: Settings) -> dict[Path, PublishedFile]:
    """The files below the newest version's export that are as they were published.

    A damaged index is none at all: its files only work together.
    """
    newest = versions(settings)[-1:]
    files = [each for version in newest for each in read_manifest(settings, version).files]
    exported = {settings.published / each.path: each for each in files}
    exported = {path: each for path, each in exported.items() if path.suffix != ".duckdb"}
    damaged = {path for path, each in exported.items() if each.problem(settings.published)}
    is_index_damaged = any(path.parent.name == SEARCH_INDEX for path in damaged)
    return {
        path: each
        for path, each in exported.items()
        if path not in damaged and not (is_index_damaged and path.parent.name == SEARCH_INDEX)
    }


@contextmanager
def _opened(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    name = str(database).replace("'", "''")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{name}' as {PUBLISHED} (read_only); use {PUBLISHED}")
        yield connection


def _published_file(
    settings: Settings,
    path: Path,
    shared: Mapping[Path, PublishedFile],
    content: TableContent | None = None,
) -> PublishedFile:
    relative = path.relative_to(settings.published).as_posix()
    for other, known in shared.items():
        if other.name == path.name and other.samefile(path):
            return replace(known, path=relative)
    sync_file(path)
    # An analyst who forgets -readonly gets a refusal instead of a lock the dashboard waits for.
    path.chmod(READ_ONLY_FILE)
    told = {"table": path.stem, **vars(content)} if content else {}
    return PublishedFile(relative, path.stat().st_size, sha256_of(path), **told)


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
