"""Merging small files changes no row, loses none, and doubles none, whatever happens meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.collect import compaction, lake
from orchestration.collect.compaction import CompactionError, compact
from orchestration.collect.landing import land
from orchestration.collect.merging import PeriodWriter
from orchestration.collect.plan import Seen, due_days
from orchestration.settings import Settings
from tests.unit.collect.lakes import contents, files, fill, observe

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
CLOSED = [date(2026, 2, 1) + timedelta(days=offset) for offset in range(33)]
OPEN = [NOW.date() - timedelta(days=offset) for offset in range(14)]


def test_closed_days_by_month_open_days_by_day(settings: Settings) -> None:
    fill(settings, [*CLOSED, *OPEN], each=3)
    before = contents(settings.lake)

    report = compact(settings, NOW)

    assert contents(settings.lake) == before
    folders = {p.parent.name for p in (settings.lake / "listings").rglob("merged-*.parquet")}
    assert folders == {"month=2026-02", "month=2026-03", *(f"listing_date={day}" for day in OPEN)}
    # Two months and 14 days of listings; one year and 14 days of observations.
    assert files(settings.lake) == 16 + 15
    assert report.rows == sum(map(len, before.values()))
    assert report.replaced == len([*CLOSED, *OPEN]) * 3 * 2
    assert not list(settings.lake.rglob("listing_date=2026-02-*"))


def test_a_second_time_changes_nothing_and_newly_closed_days_join_their_month(
    settings: Settings,
) -> None:
    fill(settings, [*CLOSED, *OPEN], each=2)
    before = contents(settings.lake)
    compact(settings, NOW)
    assert compact(settings, NOW).merged == 0

    compact(settings, NOW + timedelta(days=30))

    assert contents(settings.lake) == before
    assert files(settings.lake) == 2 + 1


def test_merged_rows_lie_by_date_paper_and_time(settings: Settings) -> None:
    fill(settings, CLOSED, each=3)
    compact(settings, NOW)

    (path,) = (settings.lake / "listings/source=hub/month=2026-02").iterdir()
    keys = pq.read_table(path, columns=["listing_date", "paper_id", "observed_at"]).to_pylist()
    assert len(keys) == 28 * 3 * 3
    assert keys == sorted(keys, key=lambda row: tuple(row.values()))


def test_ten_years_of_hourly_observations_stay_under_500_files(settings: Settings) -> None:
    """What is on disk right before the daily merging, when there are most files.

    Ten years as merging leaves them (the tests above), then a day of ticks of the plan with
    everything else that is asked once a day: ten saved searches, fifty details, five answers of
    arXiv.
    """
    root = settings.lake
    lake.prepare(root)
    with PeriodWriter(root, "merged") as writer:
        for month in range(120):
            first = date(2016 + month // 12, month % 12 + 1, 1)
            at = datetime(first.year, first.month, 1, tzinfo=UTC)
            for source in ("hub", "search", "page"):
                facts = {"source": source, "listing_date": first, "observed_at": at}
                writer.add("listings", lake.rows("listings", [{**facts, "paper_id": "1"}]))
                writer.add("observations", lake.rows("observations", [facts]))
            for dataset in ("arxiv_papers", "paper_details"):
                row = {"paper_id": "1", "observed_at": at}
                writer.add(dataset, lake.rows(dataset, [row]))
    # Ten years of twelve months of the hub's listings; everything else by year.
    years = 120 + 10 * (1 + 2 * 2 + 2)
    assert files(root) == years
    fill(settings, OPEN, each=2)
    for day in OPEN:
        for number in range(2):
            observe(settings, day, NOW + timedelta(minutes=number), source="search")
    compact(settings, NOW)
    assert files(root) == years + 4 * 14

    midnight = datetime(2026, 3, 21, tzinfo=UTC)
    seen = [Seen(day, NOW, "complete") for day in OPEN]
    ticks = 0
    for hour in range(24):
        now = midnight + timedelta(hours=hour)
        for day in due_days(now, seen):
            observe(settings, day, now, papers=1)
            seen.append(Seen(day, now, "complete"))
            ticks += 1

    for number in range(50):
        at = midnight + timedelta(minutes=number)
        if number < 10:
            observe(settings, midnight.date(), at, papers=1, source="search")
        for dataset in ("paper_details", "arxiv_papers")[: 2 if number < 5 else 1]:
            row = {"paper_id": str(number), "observed_at": at}
            lake.write(root, dataset, lake.rows(dataset, [row]), f"{at:%Y%m%dT%H%M%S}Z-{dataset}")
    assert ticks == 24 * 2 + 12
    assert files(root) == years + 4 * 14 + 2 * ticks + 2 * 10 + 50 + 5 < 500


def test_a_large_period_has_several_files_that_are_written_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Days of one file name each, as a made-up lake of small files has them."""
    monkeypatch.setattr(compaction, "ROWS_IN_HAND", 40)
    lake.prepare(settings.lake)
    february = [date(2026, 2, 1) + timedelta(days=offset) for offset in range(28)]
    for day, papers in zip(february, [50, 3, 21, *[7] * 25], strict=True):
        facts = {"source": "hub", "listing_date": day, "observed_at": NOW}
        rows = [{**facts, "paper_id": f"{number}"} for number in range(papers)]
        lake.write(settings.lake, "listings", lake.rows("listings", rows), "demo")
    before = contents(settings.lake)

    compact(settings, NOW)

    assert contents(settings.lake) == before
    merged = sorted((settings.lake / "listings").rglob("merged-*.parquet"))
    rows_of_each = [pq.read_metadata(path).num_rows for path in merged]
    # What lay between two large days is merged too: 3 + 25 * 7 rows by as many as fit in 40.
    assert sorted(rows_of_each) == [35, 35, 35, 35, 38]
    left = {path.parent.name for path in (settings.lake / "listings").rglob("demo.parquet")}
    assert left == {"listing_date=2026-02-01", "listing_date=2026-02-03"}
    assert compact(settings, NOW).merged == 0


def test_searches_that_were_merged_by_month_join_their_year(settings: Settings) -> None:
    lake.prepare(settings.lake)
    for month in (1, 2):
        day = date(2025, month, 1)
        rows = [{"source": "search", "listing_date": day, "observed_at": NOW, "paper_id": "1"}]
        path = settings.lake / f"listings/source=search/month=2025-{month:02}/merged-a.parquet"
        lake.write_file(lake.rows("listings", rows), path)
    before = contents(settings.lake)

    compact(settings, NOW)

    assert contents(settings.lake) == before
    (folder,) = (settings.lake / "listings/source=search").iterdir()
    assert folder.name == "year=2025"


def test_an_observation_that_is_still_being_written_is_left_alone(settings: Settings) -> None:
    fill(settings, CLOSED[:3], each=1)
    at = datetime(2026, 2, 4, tzinfo=UTC)
    observe(settings, date(2026, 2, 4), at)
    with lake.reading(settings.lake):  # somebody is collecting
        land(settings.landing, "hub", "2026-02-04", at, 0, b"[]")
        names = [
            path.name for group in compaction._groups(settings, NOW.date()) for path in group[2]
        ]

    assert len(names) == 6
    assert not [name for name in names if name.startswith("20260204")]


def one_lost(_dataset: str, table: pa.Table) -> pa.Table:
    return table.slice(1)


def one_lost_and_one_doubled(_dataset: str, table: pa.Table) -> pa.Table:
    return pa.concat_tables([table.slice(1), table.slice(table.num_rows - 1)])


def one_changed(_dataset: str, table: pa.Table) -> pa.Table:
    column = table.schema.get_field_index("landed_in")
    landed_in = [*table["landed_in"].to_pylist()[1:], None]
    return table.set_column(column, table.schema[column], [landed_in])


@pytest.mark.parametrize("sort", [one_lost, one_lost_and_one_doubled, one_changed])
def test_a_merged_file_that_differs_is_never_put_in_place(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    sort: Callable[[str, pa.Table], pa.Table],
) -> None:
    fill(settings, CLOSED, each=2)
    for path in (settings.lake / "listings").rglob("2*.parquet"):
        path.unlink()  # observations hold lists: what is landed in
    before = contents(settings.lake)
    monkeypatch.setattr(compaction, "sort_rows", sort)

    with pytest.raises(CompactionError, match="does not hold"):
        compact(settings, NOW)

    assert contents(settings.lake) == before


def test_files_that_somebody_else_merged_meanwhile_are_let_be(settings: Settings) -> None:
    fill(settings, CLOSED[:4], each=1)
    before = contents(settings.lake)
    group = next(compaction._groups(settings, NOW.date()))
    target, _ = compaction._merge(settings.lake, *group)
    compact(settings, NOW)

    assert not lake.swap(settings.lake, target, group[2])
    assert contents(settings.lake) == before


@pytest.mark.parametrize("renamed", [False, True])
@pytest.mark.parametrize("removed", [0, 2])
def test_a_reader_finishes_a_swap_that_was_cut_short(
    settings: Settings, renamed: bool, removed: int
) -> None:
    fill(settings, CLOSED[:5], each=1)
    before = contents(settings.lake)
    dataset, folder, members = next(compaction._groups(settings, NOW.date()))
    target, _ = compaction._merge(settings.lake, dataset, folder, members)
    _note(settings.lake, target, members)
    if renamed:
        lake.staged(target).rename(target)
        for path in members[:removed]:
            path.unlink()

    with lake.reading(settings.lake):
        assert contents(settings.lake) == before
        counted = duckdb.sql(f"select count(*) from '{target}'").fetchone()
    assert counted == (15,)


def _note(root: Path, target: Path, members: list[Path]) -> None:
    note = {
        "targets": [str(target.relative_to(root))],
        "replaced": [str(path.relative_to(root)) for path in members],
    }
    (root / lake.SWAP_NOTE).write_text(json.dumps(note))
