"""Versions share the files of what did not change, and carry on nothing that is not sound."""

from __future__ import annotations

import shutil
from datetime import timedelta

import duckdb

from orchestration import audit
from orchestration.publish import snapshot
from orchestration.publish.query import parse_query
from orchestration.publish.search_index import SearchIndex
from orchestration.settings import Settings
from tests.unit.small_build import NOON, build, published_papers


def test_versions_share_what_did_not_change(settings: Settings) -> None:
    build(settings, papers=3)
    with duckdb.connect(str(settings.build_database)) as connection:
        connection.execute("create table glossary as select 'score' as metric, 1.5 as factor")
    audit.pass_build(settings)
    first = settings.published / snapshot.publish(settings, NOON).version
    with duckdb.connect(str(settings.build_database)) as connection:
        connection.execute("update papers set upvotes = 7 where paper_id = 'p0'")
    audit.pass_build(settings)
    second = settings.published / snapshot.publish(settings, NOON + timedelta(hours=1)).version

    assert (first / "glossary.parquet").samefile(second / "glossary.parquet")
    assert not (first / "papers.parquet").samefile(second / "papers.parquet")
    assert duckdb.sql(f"select sum(upvotes) from '{second / 'papers.parquet'}'").fetchone() == (10,)
    for version in (first.name, second.name):
        assert snapshot.verify(settings, version) == []
    shutil.rmtree(first)
    assert snapshot.verify(settings, second.name) == []


def test_a_build_published_already_is_not_written_again(settings: Settings) -> None:
    build(settings, papers=3)
    first = snapshot.publish(settings, NOON)
    second = snapshot.publish(settings, NOON + timedelta(hours=1))

    assert second.rows == first.rows
    for old, new in zip(first.files, second.files, strict=True):
        is_shared = (settings.published / old.path).samefile(settings.published / new.path)
        assert is_shared != old.path.endswith("datapackage.json")
    assert snapshot.verify(settings, second.version) == []
    databases = [snapshot.database_path(settings, each.version) for each in (first, second)]
    with (
        duckdb.connect(str(databases[0]), read_only=True) as one,
        duckdb.connect(str(databases[1]), read_only=True) as other,
    ):
        for reader in (one, other):
            assert reader.execute("select count(*) from papers").fetchone() == (3,)
    snapshot.rollback(settings)
    assert published_papers(settings) == 3


def test_a_database_written_after_its_publication_is_not_carried_on(settings: Settings) -> None:
    build(settings, papers=3)
    first = snapshot.publish(settings, NOON)
    database = snapshot.database_path(settings, first.version)
    database.chmod(0o644)
    with duckdb.connect(str(database)) as connection:
        connection.execute("delete from papers")

    second = snapshot.publish(settings, NOON + timedelta(hours=1))

    assert published_papers(settings) == 3
    assert snapshot.verify(settings, second.version) == []


def test_words_that_move_from_one_list_to_another_are_a_change(settings: Settings) -> None:
    """DuckDB hashes the items of a row's lists as if they stood in one, and no list as an empty."""
    lists = "select authors, topics, categories from"
    build(settings, papers=1)
    for hours, told in enumerate(
        ("['x', 'y'], ['t'], null", "['x'], ['y', 't'], []", "['x'], ['y, t'], []")
    ):
        with duckdb.connect(str(settings.build_database)) as connection:
            connection.execute(f"update papers set (authors, topics, categories) = row({told})")
            expected = connection.execute(f"{lists} papers").fetchall()
        audit.pass_build(settings)
        version = snapshot.publish(settings, NOON + timedelta(hours=hours)).version
        export = settings.published / version
        assert duckdb.sql(f"{lists} '{export}/papers.parquet'").fetchall() == expected
    found = SearchIndex(export / snapshot.SEARCH_INDEX)
    assert found.search(parse_query("author:y")).matches == 0
    assert found.search(parse_query('topic:"y t"')).matches == 1


def test_a_damaged_file_is_not_carried_on(settings: Settings) -> None:
    build(settings, papers=3)
    first = settings.published / snapshot.publish(settings, NOON).version
    for path in (first / "papers.parquet", *(first / snapshot.SEARCH_INDEX).glob("*.store")):
        path.chmod(0o644)
        path.write_bytes(path.read_bytes()[:-1] + b"?")

    second = snapshot.publish(settings, NOON + timedelta(hours=1))

    assert len(snapshot.verify(settings, first.name)) == 2
    assert snapshot.verify(settings, second.version) == []
    found = SearchIndex(settings.published / second.version / snapshot.SEARCH_INDEX)
    assert found.search(parse_query("title")).matches == 3
