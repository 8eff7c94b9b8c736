"""Publishing a version: whole, of a tested build, verifiable, and beside what others keep.

What does not belong here: what two versions share (``test_snapshot_sharing.py``).
"""

from __future__ import annotations

import json
from datetime import timedelta

import duckdb
import pytest

from orchestration.publish import snapshot
from orchestration.publish.query import parse_query
from orchestration.publish.search_index import SearchIndex
from orchestration.publish.snapshot import PublicationError
from orchestration.settings import Settings
from tests.unit.small_build import NOON, build, published_papers


def test_a_version_holds_the_marts_with_comments_and_parquet(settings: Settings) -> None:
    build(settings, papers=3)

    manifest = snapshot.publish(settings, NOON)

    assert manifest.version == "20261120T120000Z"
    assert manifest.rows == {"papers": 3}
    with duckdb.connect(str(settings.link), read_only=True) as connection:
        comments = connection.execute(
            "select comment from duckdb_columns() where column_name = 'upvotes'"
        )
        assert comments.fetchall() == [("People's votes",)]
    export = settings.published / manifest.version
    parquet = export / "papers.parquet"
    assert duckdb.sql(f"select sum(upvotes) from '{parquet}'").fetchone() == (3,)
    package = json.loads((export / "datapackage.json").read_text())
    assert [resource["path"] for resource in package["resources"]] == ["papers.parquet"]
    found = SearchIndex(export / snapshot.SEARCH_INDEX).search(parse_query("title"))
    assert found.matches == 3
    assert snapshot.verify(settings, manifest.version) == []


def test_a_build_that_did_not_pass_is_not_published(settings: Settings) -> None:
    build(settings, papers=3)
    settings.build_audit.unlink()

    with pytest.raises(PublicationError, match="did not pass its tests"):
        snapshot.publish(settings)

    assert snapshot.versions(settings) == []
    assert not settings.link.is_symlink()


def test_a_build_that_was_changed_after_its_tests_is_not_published(settings: Settings) -> None:
    build(settings, papers=3)
    with duckdb.connect(str(settings.build_database)) as connection:
        connection.execute("delete from papers")

    with pytest.raises(PublicationError, match="not the one that passed its tests"):
        snapshot.publish(settings)

    assert snapshot.versions(settings) == []


def test_nothing_built_says_what_to_do(settings: Settings) -> None:
    with pytest.raises(PublicationError, match="make data"):
        snapshot.publish(settings)


def test_two_publications_in_one_second_are_two_versions(settings: Settings) -> None:
    build(settings, papers=1)
    first = snapshot.publish(settings, NOON)
    build(settings, papers=2)
    second = snapshot.publish(settings, NOON)

    assert [first.version, second.version] == snapshot.versions(settings)
    assert published_papers(settings) == 2


def test_what_others_keep_among_the_versions_is_left_alone(settings: Settings) -> None:
    build(settings, papers=1)
    snapshot.publish(settings, NOON)
    theirs = [
        "my-results.csv",
        "lost+found/#1",
        "papers-of-mine.duckdb",
        "papers-of-mine.manifest.json",
        "papers/a.parquet",
        ".x",
    ]
    unfinished = [
        "papers-20261120T235959Z.duckdb",
        "papers-20261120T235959Z-001.duckdb.wal",
        ".papers-20261120T235959Z.manifest.json.0123456789abcdef.tmp",
        "20261120T235959Z/papers.parquet",
    ]
    for name in (*theirs, *unfinished):
        (settings.published / name).parent.mkdir(exist_ok=True)
        (settings.published / name).write_bytes(b"half a file")

    snapshot.publish(settings, NOON + timedelta(hours=1))

    assert all((settings.published / name).exists() for name in theirs)
    assert not any((settings.published / name).exists() for name in unfinished)


def test_a_changed_file_is_found(settings: Settings) -> None:
    build(settings, papers=3)
    version = snapshot.publish(settings, NOON).version
    parquet = settings.published / version / "papers.parquet"
    parquet.chmod(0o644)
    parquet.write_bytes(parquet.read_bytes()[:-1] + b"?")
    snapshot.database_path(settings, version).unlink()

    problems = snapshot.verify(settings, version)

    assert problems == [
        f"papers-{version}.duckdb: missing",
        f"{version}/papers.parquet: differs from what was published",
    ]
