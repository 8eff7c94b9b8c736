"""A lake in a bucket keeps the promises of one in a folder: whole, once, and merged unseen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from orchestration.collect import lake
from orchestration.collect.compaction import compact
from orchestration.collect.days import collect_days
from orchestration.collect.replay import replay
from orchestration.demo.generator import DemoHub
from orchestration.files import fill_atomically
from orchestration.settings import Settings
from tests.fakes.bucket import bucket, google_bucket
from tests.fakes.hub import FakeHub
from tests.fakes.listings import FixedListings
from tests.unit.collect.lakes import fill

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
CLOSED = [date(2026, 2, 1) + timedelta(days=offset) for offset in range(3)]


@pytest.fixture(scope="module", params=[bucket, google_bucket])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    with request.param() as address:
        yield address


@pytest.fixture
def settings(url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Settings whose lake is a folder of the bucket of the test's own."""
    return Settings(home=tmp_path, lake_url=url.replace("/a/", f"/{request.node.originalname}/"))  # type: ignore[call-arg]


def rows(settings: Settings) -> dict[str, list[str]]:
    """Every row of every dataset."""
    return {
        dataset: sorted(map(repr, lake.scan(settings.lake, dataset).to_table().to_pylist()))
        for dataset in lake.DATASETS
    }


def test_small_files_are_merged_row_by_row(settings: Settings) -> None:
    fill(settings, CLOSED, each=2)
    before = rows(settings)
    report = compact(settings, NOW)

    assert rows(settings) == before
    assert (report.merged, report.replaced) == (2, 12)
    names = [path.name for path in settings.lake.rglob("*") if not path.is_dir()]
    assert sum(name.startswith("merged-") for name in names) == 2
    assert len(names) == 2 + len(lake.DATASETS)  # and nothing staged, no note


def test_a_swap_that_was_cut_short_is_finished_by_the_next_reader(settings: Settings) -> None:
    fill(settings, CLOSED[:1], each=2)
    before = rows(settings)
    small = [p for p in (settings.lake / "listings").rglob("*.parquet") if p.name[0] != "_"]
    target = settings.lake / "listings" / "source=hub" / "month=2026-02" / "merged-1.parquet"
    lake.write_file(lake.open_files("listings", small).to_table(), lake.staged(target))
    assert rows(settings) == before
    lake.begin_swap(settings.lake, [target], small)
    with lake.reading(settings.lake):
        assert rows(settings) == before
    assert not any(path.exists() for path in small)


def test_a_file_that_could_not_be_filled_leaves_the_old_one(settings: Settings) -> None:
    path = settings.lake / "listings" / "one.parquet"
    fill_atomically(path, lambda whole: whole.write_bytes(b"old") and None)

    def break_off(whole: Path) -> None:
        whole.write_bytes(b"new, but only ha")
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        fill_atomically(path, break_off)
    assert path.read_bytes() == b"old"


def test_a_lake_in_a_bucket_is_rebuilt_from_landing(settings: Settings) -> None:
    listed = {day: DemoHub(papers_per_day=3).records(day, NOW) for day in CLOSED}
    with FakeHub(FixedListings(listed), now=NOW) as hub:
        collect_days(settings.model_copy(update={"hub_url": hub.url}), CLOSED)
    collected = rows(settings)
    assert len(collected["observations"]) == len(CLOSED)
    for path in settings.lake.rglob("2026*.parquet"):
        path.unlink()

    replay(settings)

    assert rows(settings) == collected
    assert {path.name[:8] for path in settings.lake.rglob("*.parquet")} == {"_schema.", "replayed"}
