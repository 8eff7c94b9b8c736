"""Merging the lake's small files: closed days by month, open days by day, the rest by year.

A merged file is written under a name that no reader's glob takes in, compared row by row with what
it was made of, and put in the place of the small files while nobody reads (``lake.swap``). So
whoever reads inside :func:`lake.reading` sees every row once, before and after, also of a lake in a
bucket: the lock of that lies in the data folder that collects into it. What does not belong here:
the swap itself (``lake.py``), and the merged files' order (``merging.py``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import unquote

import duckdb

from orchestration.collect import lake
from orchestration.collect.intake import file_name
from orchestration.collect.landing import unread
from orchestration.collect.merging import period_of, sort_rows
from orchestration.collect.plan import OPEN_DAYS
from orchestration.collect.replay import catch_up
from orchestration.collect.schema import DATASETS
from orchestration.settings import Settings


class CompactionError(RuntimeError):
    """A merged file differs from what it was made of; the small files are all still there."""


@dataclass
class CompactionReport:
    """What was merged.

    Attributes:
        merged: merged files written.
        replaced: files that they took the place of.
        rows: rows moved, each verified.
        files: Parquet files in the lake afterwards.
    """

    merged: int = 0
    replaced: int = 0
    rows: int = 0
    files: int = 0


def compact(settings: Settings, now: datetime | None = None) -> CompactionReport:
    """Merge what can be merged. Safe to run while others collect and read, and to be killed.

    Raises:
        CompactionError: a merged file does not hold exactly the rows of its small files.
        OSError: the disk is full or can't be written; nothing is lost.
    """
    report = CompactionReport()
    catch_up(settings)
    today = (now or datetime.now(UTC)).date()
    for dataset, folder, files in _groups(settings, today):
        # Held while the staged file is made, so that no clean-up takes it for a left-over.
        with lake.reading(settings.lake):
            if not all(file.exists() for file in files):
                continue
            target, rows = _merge(settings.lake, dataset, folder, files)
        if lake.swap(settings.lake, target, files):
            report.merged += 1
            report.replaced += len(files)
            report.rows += rows
    report.files = sum(1 for _ in settings.lake.rglob("*.parquet"))
    return report


def _groups(settings: Settings, today: date) -> Iterator[tuple[str, str, list[Path]]]:
    """Dataset, folder of the merged file, and the files to merge there: two at least."""
    for dataset in DATASETS:
        root = settings.lake / dataset
        files = sorted(root.rglob("*.parquet"))
        # Asked for after the files: what is not unread now was whole in the lake before.
        unfinished = {file_name(observation) for observation in unread(settings.landing)}
        groups: dict[str, list[Path]] = {}
        for file in files:
            if unquote(file.stem) in unfinished or file.name == lake.SCHEMA_FILE:
                continue
            folder = _folder(dataset, file.relative_to(root), today)
            groups.setdefault(folder, []).append(file)
        for folder, members in groups.items():
            if len(members) > 1:
                yield dataset, folder, members


def _folder(dataset: str, file: Path, today: date) -> str:
    """Where a file's rows belong once merged."""
    *folders, name = file.parts
    if not folders:
        # A small file of a dataset without partitions: its name begins with when it was observed.
        observed_on = datetime.strptime(name[:8], "%Y%m%d").replace(tzinfo=UTC).date()
        return period_of(dataset, None, observed_on)
    kind, _, value = folders[-1].partition("=")
    if kind == "year":
        return "/".join(folders)
    day = date.fromisoformat(value if kind == "listing_date" else f"{value}-01")
    if kind == "listing_date" and (today - day).days < OPEN_DAYS:
        return "/".join(folders)
    return f"{folders[0]}/{period_of(dataset, folders[0].removeprefix('source='), day)}"


def _merge(root: Path, dataset: str, folder: str, files: list[Path]) -> tuple[Path, int]:
    rows = lake.open_files(dataset, files).to_table()
    merged = sort_rows(dataset, rows).combine_chunks()
    name = hashlib.sha256("\n".join(file.name for file in files).encode()).hexdigest()[:16]
    target = root / dataset / folder / f"merged-{name}.parquet"
    staged = lake.staged(target)
    lake.write_file(merged, staged, lasting=True)
    if not _hold_the_same(dataset, [staged], files):
        staged.unlink()
        raise CompactionError(f"{staged} does not hold the rows of its {len(files)} files")
    return target, merged.num_rows


def _hold_the_same(dataset: str, some: list[Path], others: list[Path]) -> bool:
    """Whether files hold the same rows, each as often, in whatever order: read anew from disk."""
    one, other = (lake.open_files(dataset, files).to_table() for files in (some, others))
    if one.num_rows != other.num_rows:
        return False
    with duckdb.connect() as connection:
        connection.register("one", one)
        connection.register("other", other)
        left = connection.execute("from one except all from other limit 1").fetchall()
    return not left
