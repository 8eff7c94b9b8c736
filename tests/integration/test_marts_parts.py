"""Tables that are made in parts, as of lakes larger than memory, hold what they hold made at once.

What does not belong here: how much memory there is for a part (``tests/unit/test_sizing.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from orchestration import sizing, transform
from orchestration.settings import Settings
from tests.fakes.warehouse import copy_of_build

LAKE_IN_MEMORY = 0.25
"""Three parts for lists, ten for evidence, twenty for pairs of co-authors."""


@contextmanager
def built(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Read the build's two files."""
    with duckdb.connect() as connection:
        for database in (settings.build_database, settings.work_database):
            connection.execute(f"attach '{database}' as {database.stem} (read_only)")
        yield connection


@contextmanager
def large_lake() -> Iterator[None]:
    """Let builds take a lake for larger than it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sizing, "lake_in_memory", lambda *_: LAKE_IN_MEMORY)
        yield


@pytest.fixture(scope="module")
def tables(demo_home: Settings) -> list[str]:
    """Those whose models say what memory they take."""
    nodes = transform.load(demo_home).nodes.values()
    return [node.relation_name for node in nodes if "times_the_lake" in node.config.meta]


@pytest.fixture(scope="module")
def in_parts(
    demo_home: Settings, tables: list[str], tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """A copy of a build in which those were made anew, in parts."""
    settings = copy_of_build(demo_home, tmp_path_factory.mktemp("parts"))
    models = [table.split(".")[-1].strip('"') for table in tables]
    with large_lake():
        list(transform.build(settings, ["--select", *models]))
    return settings


def test_parts_make_the_whole(demo_home: Settings, in_parts: Settings, tables: list[str]) -> None:
    assert len(tables) >= 6
    with built(demo_home) as whole, built(in_parts) as parts:
        for table in tables:
            query = f"from {table} order by all"
            assert parts.execute(query).fetchall() == whole.execute(query).fetchall(), table


def test_lists_are_made_one_part_after_the_other(in_parts: Settings) -> None:
    with built(in_parts) as connection:
        made = connection.execute(
            "select hash(paper_id)::hugeint * 3 >> 64"
            " from work.intermediate.int_papers__author_lists order by rowid"
        ).fetchall()

    assert made == sorted(made)
    assert set(made) == {(0,), (1,), (2,)}


def test_pairs_are_made_one_part_after_the_other(in_parts: Settings) -> None:
    """A thousand authors whose ids follow each other are in one part."""
    with built(in_parts) as connection:
        made = connection.execute(
            "select hash(number >> 10)::hugeint * 20 >> 64 from build.coauthors inner join"
            " (select author_id, row_number() over (order by author_id) as number"
            " from build.authors) using (author_id) order by coauthors.rowid"
        ).fetchall()

    assert made == sorted(made)
    assert len(set(made)) > 1


def test_a_part_of_the_keys_shows_that_rows_are_doubled(in_parts: Settings, tmp_path: Path) -> None:
    settings = copy_of_build(in_parts, tmp_path)
    check = ["--select", "coauthors_rows"]
    with large_lake():
        list(transform.build(settings, check))
        with duckdb.connect(str(settings.build_database)) as connection:
            connection.execute("insert into coauthors from coauthors")

        with pytest.raises(transform.TransformError, match="coauthors_rows"):
            list(transform.build(settings, check))
