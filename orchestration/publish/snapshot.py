"""Published versions of the warehouse: write, list, verify and go back.

A version is ``published/papers-<version>.duckdb``, beside it ``published/<version>/`` with the
Parquet export, its data package and the search index, and its manifest
``published/papers-<version>.manifest.json``; all of it is read-only and never changes, so versions
share the files that are the same (hard links).
``papers.duckdb`` is a link to the version readers get. A DuckDB process that has an old file open
keeps serving it under a replaced path, so a version has a name of its own and only the link moves.
Going back is meant to last: ``published/pinned`` names the version that readers then keep, whatever
is published later. Whatever else lies in ``published/`` is not ours and left alone.

What does not belong here: making the files (``exporting.py``, ``indexing.py``), which are
shared (``sharing.py``), what the tables mean (dbt), and when to publish (``defs/``).
"""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration import audit
from orchestration.files import (
    link_or_copy,
    swap_link,
    sync_file,
    sync_folder,
    write_atomically,
)
from orchestration.publish import indexing
from orchestration.publish.datapackage import describe_tables, write_datapackage
from orchestration.publish.exporting import (
    TableContent,
    copy_marts,
    export_tables,
    state_of,
    table_contents,
)
from orchestration.publish.manifest import Manifest, PublishedFile
from orchestration.publish.opened import opened
from orchestration.publish.sharing import Shared
from orchestration.settings import Settings

SEARCH_INDEX = "search"
"""Folder of a version's full-text index, below its export."""

PAPERS = "papers"
"""The table that is indexed."""

PUBLISHED = "published"
"""What a version is called while its tables are exported."""

PINNED = "pinned"
"""File that names the version readers keep."""

NEWEST = "newest"
"""What a rollback is told in place of a version to let readers get each new one again."""

RELEASE = f"make rollback VERSION={NEWEST}"
"""What an operator says for that."""

VERSION_FORMAT = "%Y%m%dT%H%M%SZ"
_VERSION = r"(\d{8}T\d{6}Z(?:-\d{3,})?)"
_MANIFEST = re.compile(rf"papers-{_VERSION}\.manifest\.json")
_OURS = re.compile(
    rf"{_VERSION}|papers-{_VERSION}\.duckdb[.a-z]*|\.?papers-{_VERSION}\.manifest\.json[.0-9a-z]*"
)
"""Names of a version's files, finished or not, in ``published/``."""

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
    found = map(_MANIFEST.fullmatch, (path.name for path in settings.published.glob("papers-*")))
    return sorted(manifest[1] for manifest in found if manifest)


def current_version(settings: Settings) -> str | None:
    """The version readers get now, or None before the first publication."""
    if not settings.link.is_symlink():
        return None
    return settings.link.readlink().name.removeprefix("papers-").removesuffix(".duckdb")


def pinned_version(settings: Settings) -> str | None:
    """The version readers keep since a rollback, or None when they get each new one."""
    mark = settings.published / PINNED
    version = mark.read_text() if mark.exists() else None
    return version if version in versions(settings) else None


def is_made_up(settings: Settings) -> bool:
    """Whether readers get demo data now."""
    if not settings.link.exists():
        return False
    with duckdb.connect(str(settings.link.resolve()), read_only=True) as published:
        return bool(
            published.execute("select bool_or(has_demo_data) from build_info").fetchall()[0][0]
        )


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
    """Make a new version of the build database's marts and point the link at it, unless pinned.

    Files whose content is the newest version's are shared with it; when the marts were not even
    built again, all of them. The link moves last, so whoever is killed on the way leaves the old
    version in place and at most files without a manifest, which the next publication removes.

    Raises:
        PublicationError: nothing has been built, or what is built did not pass its tests.
    """
    if problem := audit.problem(settings):
        raise PublicationError(problem)
    published_at = now or datetime.now(UTC)
    settings.published.mkdir(parents=True, exist_ok=True)
    _remove_unfinished(settings)
    newest = versions(settings)[-1:]
    shared = Shared.of(settings.published, read_manifest(settings, *newest) if newest else None)
    version = _free_version(settings, published_at)
    database, export = database_path(settings, version), settings.published / version
    export.mkdir()
    build = state_of(settings.build_database)
    if published_before := shared.database(build):
        link_or_copy(published_before, database)
    else:
        copy_marts(settings.build_database, database)
    with opened(database, PUBLISHED) as connection:
        contents = shared.contents if published_before else table_contents(connection)
        export_tables(connection, export, contents, shared.parquet)
        tables = describe_tables(connection, PUBLISHED)
    indexing.build(
        database,
        export / SEARCH_INDEX,
        previous=shared.index(SEARCH_INDEX),
        is_same=contents.get(PAPERS) == shared.contents.get(PAPERS),
    )
    files = [_described(settings, shared, database)]
    parquet = {
        table: _described(settings, shared, export / f"{table}.parquet", content)
        for table, content in contents.items()
    }
    package = write_datapackage(export, tables, parquet, version, published_at.isoformat())
    others = [package, *sorted((export / SEARCH_INDEX).iterdir())]
    files += [*parquet.values(), *(_described(settings, shared, path) for path in others)]
    for folder in (export, export / SEARCH_INDEX):
        sync_folder(folder)
    manifest = Manifest(version, published_at.isoformat(), duckdb.__version__, files, build)
    write_atomically(manifest_path(settings, version), manifest.json())
    manifest_path(settings, version).chmod(READ_ONLY_FILE)
    swap_link(settings.link, database_path(settings, pinned_version(settings) or version))
    _remove_old(settings)
    return manifest


def rollback(settings: Settings, version: str | None = None) -> str:
    """Point the link at ``version``, by default the one before the current; give its name.

    Readers keep it, also after later publications, until they are sent to the newest again: by its
    name or as :data:`NEWEST`.

    Raises:
        PublicationError: there is no such version.
    """
    version = _meant(settings, version)
    read_manifest(settings, version)
    mark = settings.published / PINNED
    if version == versions(settings)[-1]:
        mark.unlink(missing_ok=True)
    else:
        write_atomically(mark, version.encode())
    swap_link(settings.link, database_path(settings, version))
    return version


def verify(settings: Settings, version: str) -> list[str]:
    """Compare each file of a version with its manifest; give what is wrong, empty when all is."""
    problems = (each.problem(settings.published) for each in read_manifest(settings, version).files)
    return [problem for problem in problems if problem]


def _meant(settings: Settings, version: str | None) -> str:
    """The name of the version that a rollback goes to."""
    known = versions(settings)
    if version == NEWEST and known:
        return known[-1]
    if version is not None:
        return version
    current = current_version(settings) or ""
    earlier = [each for each in known if each < current]
    if not earlier:
        raise PublicationError("there is no earlier version to go back to")
    return earlier[-1]


def _described(
    settings: Settings, shared: Shared, path: Path, content: TableContent | None = None
) -> PublishedFile:
    """Describe a new version's file, which is read-only and on disk from now on."""
    if known := shared.described(path, settings.published):
        return known
    sync_file(path)
    # An analyst who forgets -readonly gets a refusal instead of a lock the dashboard waits for.
    path.chmod(READ_ONLY_FILE)
    return PublishedFile.of(path, settings.published, **(vars(content) if content else {}))


def _free_version(settings: Settings, published_at: datetime) -> str:
    """The time of publication; within one second a counter keeps names apart and in order."""
    name = published_at.strftime(VERSION_FORMAT)
    taken = [known for known in versions(settings) if known.startswith(name)]
    return name if not taken else f"{name}-{len(taken):03d}"


def _remove_unfinished(settings: Settings) -> None:
    complete = set(versions(settings))
    for path in settings.published.iterdir():
        ours = _OURS.fullmatch(path.name)
        if ours and ours[ours.lastindex or 0] not in complete:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _remove_old(settings: Settings) -> None:
    for version in versions(settings)[: -settings.keep_versions]:
        if version != current_version(settings):
            # The manifest goes first: a version without one is unfinished, and so removable.
            manifest_path(settings, version).unlink()
            database_path(settings, version).unlink()
            shutil.rmtree(settings.published / version)
