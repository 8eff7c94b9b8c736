"""The lake takes only what its schema says, once, in whole files."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from orchestration import home, transform
from orchestration.collect import lake
from orchestration.collect.schema import DATASETS
from orchestration.collect.source import has_real_days
from orchestration.settings import Settings, load_settings

AT = datetime(2026, 2, 3, 4, tzinfo=UTC)


def listing(*paper_ids: str, day: date = date(2026, 2, 3)) -> pa.Table:
    return lake.rows(
        "listings",
        [
            {
                "source": "hub",
                "listing_date": day,
                "paper_id": paper_id,
                "observed_at": AT,
                "authors": [{"name": "A", "is_hidden": False}],
                "landed_in": "hub/x",
            }
            for paper_id in paper_ids
        ],
    )


def test_every_dataset_can_be_read_before_anything_came_in(tmp_path: Path) -> None:
    lake.prepare(tmp_path)

    for dataset, schema in DATASETS.items():
        relation = duckdb.sql(f"from read_parquet('{tmp_path}/{dataset}/**/*.parquet')")
        assert relation.columns == schema.names
        assert len(relation) == 0


def test_writing_an_observation_again_replaces_it(tmp_path: Path) -> None:
    lake.prepare(tmp_path)
    first = lake.write(tmp_path, "listings", listing("1", "2"), "seen")
    bytes_before = first.read_bytes() if first else b""
    second = lake.write(tmp_path, "listings", listing("1", "2"), "seen")
    lake.write(tmp_path, "listings", listing("1", day=date(2026, 2, 4)), "seen")

    assert first == second == tmp_path / "listings/source=hub/listing_date=2026-02-03/seen.parquet"
    assert second.read_bytes() == bytes_before
    assert lake.scan(tmp_path, "listings").count_rows() == 3
    rows = duckdb.sql(
        f"select paper_id, authors[1].name, schema_version"
        f" from read_parquet('{tmp_path}/listings/**/*.parquet', hive_partitioning = false)"
        f" where listing_date = '2026-02-03' order by 1"
    ).fetchall()
    assert rows == [("1", "A", 1), ("2", "A", 1)]


def test_no_rows_make_no_file(tmp_path: Path) -> None:
    assert lake.write(tmp_path, "listings", listing(), "seen") is None
    assert not list(tmp_path.rglob("*.parquet"))


def test_other_columns_and_mixed_partitions_are_refused(tmp_path: Path) -> None:
    with pytest.raises(lake.LakeError, match="rank"):
        lake.write(tmp_path, "listings", listing("1").drop(["rank"]), "seen")
    mixed = pa.concat_tables([listing("1"), listing("1", day=date(2026, 2, 4))])
    with pytest.raises(lake.LakeError, match="one listing date"):
        lake.write(tmp_path, "listings", mixed, "seen")


def test_a_column_that_old_files_lack_reads_as_null(tmp_path: Path) -> None:
    lake.prepare(tmp_path)
    lake.write(tmp_path, "listings", listing("1"), "seen")
    older = tmp_path / "listings/source=hub/listing_date=2020-01-01"
    older.mkdir(parents=True)
    pa.parquet.write_table(listing("0").drop(["schema_version"]), older / "old.parquet")

    table = lake.scan(tmp_path, "listings").to_table(columns=["paper_id", "schema_version"])

    assert sorted(table.to_pylist(), key=lambda row: row["paper_id"]) == [
        {"paper_id": "0", "schema_version": None},
        {"paper_id": "1", "schema_version": 1},
    ]


def test_preparing_the_data_folder_waits_for_who_is_alone_with_the_lake() -> None:
    """Who is alone there takes unfinished files away, ours too."""
    settings = load_settings()
    preparing = threading.Thread(target=home.prepare, args=(settings,))
    with lake.changing(settings.lake):
        preparing.start()
        preparing.join(0.3)
        assert preparing.is_alive()
        assert not (settings.lake / "listings").exists()
    preparing.join()
    assert (settings.lake / "listings").exists()


def build_a_seed(settings: Settings) -> object:
    return list(transform.build(settings, ["--select", "metric_definitions"]))


@pytest.mark.parametrize(
    "read",
    [lambda settings: lake.read_observations(settings.lake), has_real_days, build_a_seed],
    ids=["observations", "real days", "a build"],
)
def test_who_reads_meets_no_file_that_merging_takes_away(
    settings: Settings, read: Callable[[Settings], object]
) -> None:
    """A file that is listed and gone is what a reader sees of a swap that it does not wait for."""
    gone = settings.lake / "observations" / "gone.parquet"
    with ThreadPoolExecutor() as threads:
        with lake.changing(settings.lake):
            gone.symlink_to("merged-away.parquet")
            reading = threads.submit(read, settings)
            with pytest.raises(TimeoutError):
                reading.result(timeout=1)
            gone.unlink()
        reading.result(timeout=60)


def test_readers_read_within_readers(settings: Settings) -> None:
    with lake.reading(settings.lake):
        assert lake.read_observations(settings.lake) == []
        assert not has_real_days(settings)


def test_changing_waits_for_readers_and_can_refuse_to(tmp_path: Path) -> None:
    root = tmp_path / "lake"
    with lake.reading(root), lake.reading(root), lake.changing(root, wait=False) as is_alone:
        assert not is_alone
    with lake.changing(root, wait=False) as is_alone:
        assert is_alone
