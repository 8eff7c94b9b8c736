"""A made-up lake of any size, written straight to Parquet: what the benchmarks run on.

Listings go through memory some ten thousand papers at a time and are written as a rebuilt lake is,
without landing. What does not belong here: the demo of the product, whose days
take the same road as real ones (``collecting.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.collect import lake
from orchestration.collect.merging import PeriodWriter
from orchestration.collect.schema import INSTANT, LISTINGS, OBSERVATIONS, SCHEMA_VERSION
from orchestration.demo.days import EPOCH_DAY, Block, Calendar, date_of, day_number
from orchestration.demo.draws import Draws, Flags, Integers
from orchestration.demo.generator import DEFAULT_SEED, DemoHub
from orchestration.demo.papers import DAY_MICROSECONDS, HOUR_MICROSECONDS
from orchestration.demo.truth import Truth
from orchestration.settings import FIRST_LISTING_DATE

BATCH_PAPERS = 20_000
PAGE_SIZE = 100
LABS_A_PAPER, LAB_SKEW = 0.12, 1.6
"""So that there are some 0.4 names an author line, as at the real hub."""
OBSERVED_AFTER_HOURS = (8, 13 * 24)
"""When each day is observed: its first morning, and once its upvotes hardly move."""


@dataclass(frozen=True)
class Written:
    """What was written; ``listings`` counts rows, so each paper once an observation."""

    papers: int
    listings: int
    files: int
    bytes: int


def write_lake(
    home: Path,
    papers: int,
    *,
    last_day: date,
    seed: int = DEFAULT_SEED,
    first_day: date = FIRST_LISTING_DATE,
    observed_after_hours: tuple[int, ...] = OBSERVED_AFTER_HOURS,
    by_day: bool = False,
) -> Written:
    """Write a lake and its truth below a data folder.

    Args:
        home: Data folder: files go to ``home/lake`` and ``home/truth``.
        papers: Papers to make, met to within a hundredth; they spread over all days.
        last_day: Last listing date; its end is the last moment of observation.
        seed: Of all draws.
        first_day: First listing date.
        observed_after_hours: Ages of a day at which it is observed.
        by_day: One file a day and dataset, as daily collecting leaves them, not merged.

    Raises:
        ValueError: no listing can be made between the days, or more papers are asked for than the
            days can hold.
    """
    days = np.arange(day_number(first_day), day_number(last_day) + 1)
    hub = hub_of(papers, seed, first_day, last_day)
    counts = hub.papers.calendar.counts(days)
    root = home / "lake"
    lake.prepare(root)
    made = rows = 0
    with PeriodWriter(root, "demo") as periods:
        for part in _parts(days, counts):
            block = hub.block(date_of(part[0]), date_of(part[-1]))
            listings, observations = _tables(hub, part, block, last_day, observed_after_hours)
            for dataset, table in (("listings", listings), ("observations", observations)):
                if by_day:
                    for rows_of_day in _days_of(table):
                        lake.write(root, dataset, rows_of_day, "demo")
                else:
                    periods.add(dataset, table)
            _write_block_truth(Truth(hub), block, home / "truth", f"{date_of(part[0])}.parquet")
            made += int((block.day == block.born).sum())
            rows += listings.num_rows
    lake.write_file(Truth(hub).topic_days(days), home / "truth" / "topic_days.parquet")
    lake.write_file(Truth(hub).bursts(first_day, last_day), home / "truth" / "bursts.parquet")
    sizes = [path.stat().st_size for path in root.rglob("*.parquet")]
    return Written(made, rows, len(sizes), sum(sizes))


def hub_of(papers: int, seed: int, first_day: date, last_day: date) -> DemoHub:
    """Give the made-up hub that lists so many papers from one day to another.

    Raises:
        ValueError: there is no paper, or no working day, to list.
    """
    days = np.arange(day_number(first_day), day_number(last_day) + 1)
    weights = Calendar(Draws(seed), 1).weights(days)
    if papers < 1:
        raise ValueError(f"{papers} papers: a lake has one at least")
    if not weights.any():
        raise ValueError(f"nothing is listed from {first_day} to {last_day}: no working day")
    # Each day's papers are rounded: with a few a day their sum is not papers_per_day's share of it.
    least, most = 0.0, (papers + 1) / float(weights.max())
    for _ in range(60):
        papers_per_day = (least + most) / 2
        if np.rint(weights * papers_per_day).sum() > papers:
            most = papers_per_day
        else:
            least = papers_per_day
    papers_per_day = least
    labs = max(60, round(papers * LABS_A_PAPER))
    return DemoHub(seed, first_day, papers_per_day, labs=labs, lab_skew=LAB_SKEW)


def _write_block_truth(truth: Truth, block: Block, folder: Path, name: str) -> None:
    lake.write_file(truth.mentions(block), folder / "mentions" / name)
    lake.write_file(truth.scale_claims(block), folder / "scale_claims" / name)


def _tables(
    hub: DemoHub, days: Integers, block: Block, last_day: date, ages: tuple[int, ...]
) -> tuple[pa.Table, pa.Table]:
    facts = hub.papers.table(block)
    end = (day_number(last_day) + EPOCH_DAY) * DAY_MICROSECONDS + 23 * HOUR_MICROSECONDS
    listings, observations = [], []
    for before, age in pairwise((0, *ages)):
        moments = np.minimum(_midnight(block.day) + age * HOUR_MICROSECONDS, end)
        growing = hub.growing_at(block, moments)
        columns = {
            **{name: facts[name] for name in facts.column_names},
            "source": _constant("demo", len(block)),
            "listing_kind": _constant("day", len(block)),
            "listing_date": _dates(block.day),
            "observed_at": pa.array(moments).cast(INSTANT),
            "rank": pa.array(growing.rank),
            "is_published_year_inferred": _constant(False, len(block)),
            "upvotes": pa.array(growing.upvotes),
            "num_comments": pa.array(growing.num_comments),
            "github_stars": pc.if_else(
                facts["github_url"].is_valid(), pa.array(growing.github_stars), None
            ),
            "schema_version": _constant(SCHEMA_VERSION, len(block)),
        }
        rows = _conform(columns, LISTINGS, len(block))
        observed = _observed(days, block.day, growing.listed, age, end)
        listings.append(rows.filter(pa.array(growing.listed & _is_over(block.day, before, end))))
        observations.append(observed.filter(pa.array(_is_over(days, before, end))))
    return pa.concat_tables(listings), pa.concat_tables(observations)


def _is_over(days: Integers, age: int, end: int) -> Flags:
    """Whether the days were so old before the last moment: later ages are one observation, then."""
    return _midnight(days) + age * HOUR_MICROSECONDS < end


def _observed(days: Integers, listed_days: Integers, listed: Flags, age: int, end: int) -> pa.Table:
    counts = np.bincount(listed_days[listed] - days[0], minlength=len(days))
    pages = [
        [min(PAGE_SIZE, int(count) - start) for start in range(0, max(int(count), 1), PAGE_SIZE)]
        for count in counts
    ]
    moments = np.minimum(_midnight(days) + age * HOUR_MICROSECONDS, end)
    columns = {
        "source": _constant("demo", len(days)),
        "listing_kind": _constant("day", len(days)),
        "listing_date": _dates(days),
        "observed_at": pa.array(moments).cast(INSTANT),
        "pages_fetched": pa.array([len(rows) for rows in pages]),
        "rows_per_page": pa.array(pages, pa.list_(pa.int64())),
        "papers": pa.array(counts),
        "quarantined": _constant(0, len(days)),
        "is_end_seen": _constant(True, len(days)),
        "status": pc.if_else(pa.array(counts > 0), "complete", "empty"),
        "schema_version": _constant(SCHEMA_VERSION, len(days)),
    }
    return _conform(columns, OBSERVATIONS, len(days))


def _parts(days: Integers, counts: Integers) -> Iterator[Integers]:
    """Cut the days into runs of about :data:`BATCH_PAPERS` papers."""
    numbers = np.cumsum(counts) // BATCH_PAPERS
    yield from np.split(days, np.flatnonzero(np.diff(numbers)) + 1)


def _days_of(table: pa.Table) -> Iterator[pa.Table]:
    """Cut rows into those of each listing date."""
    ordered = table.sort_by("listing_date").combine_chunks()
    days = ordered["listing_date"].to_numpy()
    starts = np.flatnonzero(np.diff(days, prepend=days[:1] - 1))
    for start, end in zip(starts, [*starts[1:], len(days)], strict=True):
        yield ordered.slice(start, end - start)


def _conform(columns: dict[str, pa.Array], schema: pa.Schema, length: int) -> pa.Table:
    return pa.table(
        [columns.get(field.name, pa.nulls(length, field.type)) for field in schema], schema=schema
    )


def _midnight(day: Integers) -> Integers:
    return (day + EPOCH_DAY) * DAY_MICROSECONDS


def _dates(day: Integers) -> pa.Array:
    return pa.array((day + EPOCH_DAY).astype(np.int32)).cast(pa.date32())


def _constant(value: str | int | bool, length: int) -> pa.Array:
    return pa.repeat(pa.scalar(value), length)
