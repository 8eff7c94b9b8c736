"""A build gets the memory that its lake needs, and all cores."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration import memory, sizing
from orchestration.objects import put
from orchestration.settings import Settings
from tests.fakes.bucket import bucket


@pytest.mark.parametrize(
    ("lake_mib", "expected"), [(0, "2048MiB"), (256, "2432MiB"), (4096, "5898MiB")]
)
def test_a_build_may_use_what_its_lake_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lake_mib: int, expected: str
) -> None:
    """At most 24 % of a machine of 24 GiB, and files that are no Parquet count nothing."""
    monkeypatch.setattr(memory, "usable_bytes", lambda: 24 * 2**30)
    settings = Settings(home=tmp_path)
    folder = settings.lake / "listings" / "source=hub"
    folder.mkdir(parents=True)
    for name in ("2026-01.parquet", "left.tmp"):
        with (folder / name).open("wb") as file:
            file.truncate(lake_mib * 2**20)

    assert sizing.memory_limit(settings, sizing.lake_bytes(settings)) == expected


def test_a_lake_in_a_bucket_is_measured_too(tmp_path: Path) -> None:
    with bucket() as url:
        settings = Settings(home=tmp_path, lake_url=url)
        assert sizing.lake_bytes(settings) == 0
        for name in ("listings/source=hub/2026-01.parquet", "observations/1.parquet", "note.txt"):
            put(settings.lake / name, b"x" * 1000)

        assert sizing.lake_bytes(settings) == 2000


@pytest.mark.parametrize("limit", ["2048MiB", "2GiB", "2 GiB"])
def test_a_lake_is_compared_with_any_limit(limit: str) -> None:
    assert sizing.lake_in_memory(2**30, limit) == 0.5


def test_all_tables_stay_where_the_disk_holds_them(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    free = shutil.disk_usage(tmp_path).free

    assert sizing.has_disk_for_all(settings, free // 100)
    assert not sizing.has_disk_for_all(settings, free // 10)


def test_a_told_limit_counts(tmp_path: Path) -> None:
    assert sizing.memory_limit(Settings(home=tmp_path, memory_limit="5GB"), 0) == "5GB"


@pytest.mark.parametrize(
    ("lake_size", "expected"),
    [(0, 2), (sizing.SMALL_LAKE, 2), (sizing.SMALL_LAKE + 1, 1)],
)
def test_large_models_are_built_one_at_a_time(lake_size: int, expected: int) -> None:
    assert sizing.models_at_once(lake_size) == expected


def test_models_and_threads_fill_the_cores_together() -> None:
    with duckdb.connect() as connection:
        (cores,) = connection.execute("select current_setting('threads')").fetchone() or (0,)

    assert sizing.query_threads(1) == cores
    assert sizing.query_threads(2) == max(1, cores - 1)
    assert sizing.query_threads(cores + 1) == 1
