"""Versions: published whole or not at all, read-only, verifiable, and one can go back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration import audit
from orchestration.defs.publication import published_warehouse
from orchestration.files import swap_link
from orchestration.publish import snapshot
from orchestration.publish.query import parse_query
from orchestration.publish.search_index import SearchIndex
from orchestration.publish.snapshot import PublicationError
from orchestration.settings import Settings

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def build(settings: Settings, papers: int) -> None:
    """A build database with one mart, and the mark of passed tests."""
    settings.build_database.unlink(missing_ok=True)
    with duckdb.connect(str(settings.build_database)) as connection:
        connection.execute(
            "create table papers as select 'p' || i as paper_id, i as upvotes, 'Title ' || i as"
            " title, 'Some words' as abstract, ['Ada Moss'] as authors, ['tides'] as topics,"
            " null::varchar as organization_id, null::varchar as organization_name, ['cs.LG'] as"
            " categories, 'cs.LG' as primary_category, 'moss' as submitter_username,"
            " date '2026-11-20' as first_listed_on, null::date as published_on,"
            " null::varchar as github_url, null::varchar as project_url"
            f" from range({papers}) as numbers (i)"
        )
        connection.execute("comment on column papers.upvotes is 'People''s votes'")
    audit.pass_build(settings)


def published_papers(settings: Settings) -> int:
    with duckdb.connect(str(settings.link), read_only=True) as connection:
        row = connection.execute("select count(*) from papers").fetchone()
    assert row is not None
    return int(row[0])


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


def test_an_open_reader_keeps_its_version_and_a_new_one_gets_the_newest(
    settings: Settings,
) -> None:
    build(settings, papers=1)
    snapshot.publish(settings, NOON)
    with duckdb.connect(str(settings.link.resolve()), read_only=True) as reader:
        build(settings, papers=2)
        snapshot.publish(settings, NOON + timedelta(hours=1))
        assert reader.execute("select count(*) from papers").fetchone() == (1,)
    with duckdb.connect(str(settings.link.resolve()), read_only=True) as reader:
        assert reader.execute("select count(*) from papers").fetchone() == (2,)


def test_the_last_versions_stay_and_one_can_go_back(settings: Settings) -> None:
    kept = settings.keep_versions
    for papers in range(1, kept + 3):
        build(settings, papers)
        snapshot.publish(settings, NOON + timedelta(hours=papers))

    assert len(snapshot.versions(settings)) == kept
    assert len(list(settings.published.glob("papers-*.duckdb"))) == kept
    assert published_papers(settings) == kept + 2
    went_to = snapshot.rollback(settings)
    assert went_to == snapshot.versions(settings)[-2]
    assert published_papers(settings) == kept + 1
    snapshot.rollback(settings, snapshot.versions(settings)[0])
    assert published_papers(settings) == 3
    with pytest.raises(PublicationError, match="no earlier version"):
        snapshot.rollback(settings)
    with pytest.raises(PublicationError, match="no published version '2020'"):
        snapshot.rollback(settings, "2020")


def test_the_version_readers_get_outlives_the_pruning(settings: Settings) -> None:
    for papers in (1, 2):
        build(settings, papers)
        snapshot.publish(settings, NOON + timedelta(hours=papers))
    snapshot.rollback(settings)
    held = snapshot.current_version(settings)
    kept = settings.keep_versions
    for papers in range(3, kept + 4):
        build(settings, papers)
        newest = snapshot.publish(settings, NOON + timedelta(hours=papers))

    # Who went back wants no later version before it is known to be better.
    assert snapshot.current_version(settings) == snapshot.pinned_version(settings) == held
    assert published_papers(settings) == 1
    assert len(snapshot.versions(settings)) == kept + 1
    assert snapshot.versions(settings)[-1] == newest.version
    assert snapshot.verify(settings, str(held)) == []


def test_a_run_tells_that_readers_keep_an_earlier_version(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    for papers in (1, 2):
        build(settings, papers)
        snapshot.publish(settings, NOON + timedelta(hours=papers))
    held = snapshot.rollback(settings)

    run = dg.materialize([published_warehouse], resources={"settings": settings})

    (told,) = run.asset_materializations_for_node("published_warehouse")
    assert told.metadata["readers_get"].value == held
    assert told.metadata["version"].value == snapshot.versions(settings)[-1]
    assert f"readers keep {held} until: make rollback VERSION=newest" in capsys.readouterr().err


@pytest.mark.parametrize("by_name", [False, True])
def test_a_rollback_lasts_until_readers_go_on_to_the_newest_version(
    settings: Settings, by_name: bool
) -> None:
    for papers in (1, 2, 3):
        build(settings, papers)
        newest = snapshot.publish(settings, NOON + timedelta(hours=papers))
    snapshot.rollback(settings)

    name = newest.version if by_name else snapshot.NEWEST
    assert snapshot.rollback(settings, name) == newest.version

    assert snapshot.pinned_version(settings) is None
    assert published_papers(settings) == 3
    build(settings, 4)
    snapshot.publish(settings, NOON + timedelta(hours=4))
    assert published_papers(settings) == 4


def test_a_rollback_that_was_killed_half_way_is_finished_by_the_next_publication(
    settings: Settings,
) -> None:
    for papers in (1, 2):
        build(settings, papers)
        snapshot.publish(settings, NOON + timedelta(hours=papers))
    newest = settings.link.resolve()
    snapshot.rollback(settings)
    swap_link(settings.link, newest)

    snapshot.publish(settings, NOON + timedelta(hours=3))

    assert published_papers(settings) == 1


def test_what_others_keep_among_the_versions_is_left_alone(settings: Settings) -> None:
    build(settings, papers=1)
    snapshot.publish(settings, NOON)
    theirs = ["my-results.csv", "lost+found/#1", "papers-of-mine.duckdb", "papers/a.parquet", ".x"]
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


def test_whoever_forgets_readonly_is_refused(settings: Settings, tmp_path: Path) -> None:
    """As root the mode of a file means nothing, so the reader becomes nobody."""
    build(settings, papers=3)
    snapshot.publish(settings, NOON)
    drop = ""
    if os.geteuid() == 0:
        for folder in (settings.home, *settings.home.parents):
            if folder.is_relative_to(tmp_path.parent.parent):
                folder.chmod(0o755)
        drop = "os.setgroups([]); os.setgid(65534); os.setuid(65534); "
    code = f"import os, duckdb; {drop} duckdb.connect({str(settings.link)!r}).execute('select 1')"

    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert answer.returncode == 1
    assert "IOException" in answer.stderr
    assert "Permission denied" in answer.stderr


def test_killed_at_any_moment_readers_see_whole_versions(
    settings: Settings, thorough: bool
) -> None:
    """A publisher is killed again and again; the link always opens and holds a whole table."""
    build(settings, papers=5_000)
    snapshot.publish(settings)
    code = (
        "from orchestration.settings import load_settings\n"
        "from orchestration.publish.snapshot import publish\n"
        "print('ready', flush=True)\n"
        "settings = load_settings()\n"
        "while True:\n"
        "    publish(settings)\n"
        # A build of another time is copied, one of the same is linked.
        "    publish(settings)\n"
        "    settings.build_database.touch()\n"
    )
    for kill in range(20 if thorough else 3):
        publisher = subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert publisher.stdout is not None
        publisher.stdout.readline()
        try:
            publisher.wait(0.05 + 0.07 * (kill % 5))
        except subprocess.TimeoutExpired:
            publisher.kill()
        publisher.wait()
        publisher.stdout.close()
        assert published_papers(settings) == 5_000
        assert snapshot.verify(settings, str(snapshot.current_version(settings))) == []
