"""On a disk that is small for its lake a build ends with the marts alone, and the same ones.

What does not belong here: how small that is (``tests/unit/test_sizing.py``).
"""

from __future__ import annotations

import duckdb
import pytest

from orchestration import sizing, transform
from orchestration.settings import Settings
from orchestration.work_tables import WorkTables
from tests.fakes.warehouse import copy_of_build


@pytest.fixture(scope="module")
def small_disk(demo_home: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demo lake, built where there is no disk for all tables."""
    settings = copy_of_build(demo_home, tmp_path_factory.mktemp("disk"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sizing, "has_disk_for_all", lambda *_: False)
        list(transform.build(settings))
    return settings


def test_tables_that_nobody_reads_any_more_are_gone(small_disk: Settings) -> None:
    with duckdb.connect(str(small_disk.work_database), read_only=True) as connection:
        assert connection.execute("from duckdb_tables()").fetchall() == []


def test_the_marts_are_those_of_any_disk(demo_home: Settings, small_disk: Settings) -> None:
    counts = "select * exclude (version, built_at) from build_info"
    with duckdb.connect(str(demo_home.build_database), read_only=True) as connection:
        expected = connection.execute(counts).fetchall()
    with duckdb.connect(str(small_disk.build_database), read_only=True) as connection:
        assert connection.execute(counts).fetchall() == expected


def test_who_then_builds_a_part_is_told_to_build_everything(small_disk: Settings) -> None:
    with pytest.raises(transform.TransformError, match="build everything, or select with all"):
        list(transform.build(small_disk, ["--select", "author_months"]))


def test_a_table_stays_for_whom_reading_failed(demo_home: Settings) -> None:
    """Who looks for the cause finds it there."""
    manifest = transform.load(demo_home)
    table = "seed.papertide.metric_definitions"
    (reader,) = (name for name, node in manifest.nodes.items() if table in node.depends_on_nodes)
    event = {"unique_id": reader, "materialized": "table"}

    assert WorkTables(manifest).unread_after(event | {"node_status": "error"}) == []
    gone = WorkTables(manifest).unread_after(event | {"node_status": "success"})
    assert manifest.nodes[table].relation_name in gone
