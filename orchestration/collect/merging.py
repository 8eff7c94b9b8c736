"""Merged files: many observations' rows in one sorted Parquet file of a month or year.

What a rebuilt lake is written in, and what compaction makes of small files. What does not belong
here: choosing what to merge (``compaction.py``), and the small files (``lake.py``).
"""

from __future__ import annotations

from datetime import date
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.collect.lake import PARTITIONED, staged, write_file
from orchestration.collect.schema import DATASETS

if TYPE_CHECKING:
    from pathlib import Path

ORDER: Final = ("listing_date", "paper_id", "observed_at", "first_seen_at", "landed_in", "place")
"""Sort keys of a merged file, as far as its dataset has them."""

_LARGE_SOURCES = ("hub", "demo")
"""Whose days are observed again and again; saved pages and searches are not."""

_TIMES = ("listing_date", "observed_at", "first_seen_at")
ROWS_IN_HAND: Final = 50_000
"""Most rows that are merged at once: a year of large ones would fill a small machine's memory."""


def period_of(dataset: str, source: str | None, day: date) -> str:
    """The folder of a merged file: a month for the hub's listings, a year for what is small."""
    is_large = dataset == "listings" and source in _LARGE_SOURCES
    return day.strftime("month=%Y-%m" if is_large else "year=%Y")


def sort_rows(dataset: str, table: pa.Table) -> pa.Table:
    """The rows in the order of a merged file."""
    schema = DATASETS[dataset]
    names = [name for name in ORDER if name in schema.names]
    keys = [
        (name, "ascending") for name in names if not pa.types.is_nested(schema.field(name).type)
    ]
    return table.sort_by(keys)


class PeriodWriter:
    """Takes rows in any order and writes them as merged files of a lake.

    Rows of a period go to one file as long as all rows fit in hand; what does not fit is written as
    a further file of its period. Use it as a context manager.

    Args:
        root: the lake folder.
        name: beginning of the files' names.
        is_staged: write them under names that no reader's glob takes in.

    Attributes:
        written: the files, by the names that they have or are to get.
    """

    def __init__(self, root: Path, name: str, *, is_staged: bool = False) -> None:
        self._root = root
        self._name = name
        self._in_hand: dict[tuple[str, str], list[pa.Table]] = {}
        self._rows = 0
        self._is_staged = is_staged
        self.written: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            for period in list(self._in_hand):
                self._flush(period)

    def add(self, dataset: str, table: pa.Table) -> None:
        """Take rows of one dataset, in a partitioned one of a single source."""
        if table.num_rows == 0:
            return
        time = next(name for name in _TIMES if name in table.schema.names)
        days = pc.cast(table[time], pa.date32())
        source = table["source"][0].as_py() if dataset in PARTITIONED else None
        folder = f"source={source}/" if source else ""
        of_period: dict[str, list[date]] = {}
        for day in pc.unique(days).to_pylist():
            of_period.setdefault(period_of(dataset, source, day), []).append(day)
        for period, its_days in of_period.items():
            is_all = len(of_period) == 1
            rows = table if is_all else table.filter(pc.is_in(days, pa.array(its_days)))
            self._in_hand.setdefault((dataset, folder + period), []).append(rows)
            self._rows += rows.num_rows
        if self._rows > ROWS_IN_HAND:
            self._flush(max(self._in_hand, key=lambda each: _count(self._in_hand[each])))

    def _flush(self, which: tuple[str, str]) -> None:
        tables = self._in_hand.pop(which)
        self._rows -= _count(tables)
        dataset, folder = which
        path = self._root / dataset / folder / f"{self._name}-{len(self.written):05d}.parquet"
        merged = sort_rows(dataset, pa.concat_tables(tables))
        write_file(merged, staged(path) if self._is_staged else path, lasting=True)
        self.written.append(path)


def _count(tables: list[pa.Table]) -> int:
    return sum(table.num_rows for table in tables)
