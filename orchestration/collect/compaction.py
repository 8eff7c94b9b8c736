"""Merging the lake's small files: closed days by month, open days by day, the rest by year.

As many rows are merged at once as fit in hand; a file with half as many is left as it is, so a
large period has several files. A merged file is written under a name that no reader's glob takes
in, compared row by row with what it was made of, and put in the place of the small files while
nobody reads (``lake.swap``). So whoever reads inside :func:`lake.reading` sees every row once,
before and after, also of a lake in a bucket: the lock of that lies in the data folder that collects
into it. What does not belong here: the swap itself (``lake.py``), and the merged files' order
(``merging.py``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import unquote

from orchestration.collect import lake
from orchestration.collect.intake import file_name
from orchestration.collect.landing import unread
from orchestration.collect.merging import ROWS_IN_HAND, period_of, sort_rows
from orchestration.collect.plan import OPEN_DAYS
from orchestration.collect.replay import catch_up
from orchestration.collect.schema import DATASETS
from orchestration.settings import Settings
from orchestration.spilling import spilling


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
    """Dataset, folder of the merged file, and the files to merge into one there: two at least."""
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
            for part in _parts(settings.lake, dataset, members):
                yield dataset, folder, part


def _parts(root: Path, dataset: str, files: list[Path]) -> list[list[Path]]:
    """Cut files of one folder into those that are merged at once, whole files and two at least."""
    if len(files) < 2:
        return []
    parts: list[list[Path]] = [[]]
    rows_in_part = 0
    for file, rows in _rows_of_each(root, dataset, files):
        if rows > ROWS_IN_HAND // 2:
            continue  # so no part ends up as one small file between large ones
        if rows_in_part + rows > ROWS_IN_HAND:
            parts.append([])
            rows_in_part = 0
        parts[-1].append(file)
        rows_in_part += rows
    return [part for part in parts if len(part) > 1]


def _rows_of_each(root: Path, dataset: str, files: list[Path]) -> list[tuple[Path, int]]:
    """What the files' footers tell; files that somebody else merged meanwhile are passed over."""
    with lake.reading(root):
        there = [file for file in files if file.exists()]
        return [(file, lake.open_files(dataset, [file]).count_rows()) for file in there]


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
    # Of several parts of a folder some may hold files of one name, from different days.
    names = "\n".join(str(file.relative_to(root)) for file in files)
    name = hashlib.sha256(names.encode()).hexdigest()[:16]
    target = root / dataset / folder / f"merged-{name}.parquet"
    staged = lake.staged(target)
    rows = _write_sorted(dataset, files, staged)
    if not _hold_the_same(dataset, [staged], files):
        staged.unlink()
        raise CompactionError(f"{staged} does not hold the rows of its {len(files)} files")
    return target, rows


def _write_sorted(dataset: str, files: list[Path], target: Path) -> int:
    """Write the rows of some files as one; they are out of memory again when this returns."""
    merged = sort_rows(dataset, lake.open_files(dataset, files).to_table())
    lake.write_file(merged, target, lasting=True)
    return merged.num_rows


def _hold_the_same(dataset: str, some: list[Path], others: list[Path]) -> bool:
    """Whether files hold the same rows, each as often, in whatever order: read anew from disk."""
    one, other = (lake.open_files(dataset, files) for files in (some, others))
    if one.count_rows() != other.count_rows():
        return False
    with spilling() as connection:
        connection.register("one", one)
        connection.register("other", other)
        left = connection.execute("from one except all from other limit 1").fetchall()
    return not left
