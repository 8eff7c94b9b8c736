"""The lake: typed Parquet files below one folder, here or in a bucket, one folder a dataset.

Writing one observation again replaces its own files and doubles nothing. Whoever needs to see each
row exactly once while files are being merged reads inside :func:`reading`. What does not belong
here: parsing, and deciding what to collect or to merge.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from orchestration.collect.plan import Seen
from orchestration.collect.schema import DATASETS, SCHEMA_VERSION
from orchestration.files import fill_atomically, make_folder, temporary_name, write_atomically
from orchestration.objects import located, lock_folder

SCHEMA_FILE = "_schema.parquet"
SWAP_NOTE = "swap.json"
PARTITIONED = frozenset({"listings", "observations"})
"""Datasets whose files lie below ``source=<s>/listing_date=<d>/``."""


class LakeError(ValueError):
    """A table does not fit the dataset that it should go to."""


def prepare(root: Path) -> None:
    """Give each dataset its folder and its file of no rows, so that no glob is ever empty.

    Call it inside :func:`reading` or :func:`changing`.
    """
    for dataset, schema in DATASETS.items():
        path = root / dataset / SCHEMA_FILE
        if not path.exists() or not _schema_of(path).equals(schema):
            write_file(schema.empty_table(), path)


def rows(dataset: str, records: Sequence[Mapping[str, Any]]) -> pa.Table:
    """A table of the dataset's schema; a column that a record leaves out is null there."""
    stamped = [{"schema_version": SCHEMA_VERSION, **record} for record in records]
    return pa.Table.from_pylist(stamped, schema=DATASETS[dataset])


def write(
    root: Path, dataset: str, table: pa.Table, name: str, *, lasting: bool = False
) -> Path | None:
    """Write rows as one file, replacing an earlier file of that name.

    Args:
        root: the lake folder.
        dataset: a key of ``DATASETS``.
        table: exactly the dataset's columns; in a partitioned dataset, of one source and date.
        name: stem that names the observation, the same whenever that is written again.
        lasting: see :func:`write_file`.

    Returns:
        The file, or nothing when there are no rows.

    Raises:
        LakeError: other columns than the schema's, or several partitions in one table.
    """
    schema = DATASETS[dataset]
    if not table.schema.equals(schema):
        differing = sorted({str(f) for f in table.schema} ^ {str(f) for f in schema})
        raise LakeError(f"rows for {dataset} do not fit its schema: {'; '.join(differing)}")
    if table.num_rows == 0:
        return None
    path = root / dataset / _partition(dataset, table) / f"{quote(name, safe='')}.parquet"
    write_file(table, path, lasting=lasting)
    return path


def write_all(
    root: Path, tables: Mapping[str, pa.Table], name: str, *, lasting: bool = False
) -> None:
    """Write what one observation gave to each dataset; the row in ``observations`` comes last.

    That row is what says that the observation is in the lake: a process killed before it leaves
    an observation that is parsed again from landing.
    """
    for dataset in sorted(tables, key=lambda each: (each == "observations", each)):
        write(root, dataset, tables[dataset], name, lasting=lasting)


def scan(root: Path, dataset: str) -> ds.Dataset:
    """The dataset's rows under the declared schema; columns that old files lack are null."""
    return open_files(dataset, sorted((root / dataset).rglob("*.parquet")))


def open_files(dataset: str, files: Sequence[Path]) -> ds.Dataset:
    """Rows of some files of a dataset under the declared schema."""
    names = [located(path)[0] for path in files]
    filesystem = located(files[0])[1] if files else None
    return ds.dataset(names, schema=DATASETS[dataset], format="parquet", filesystem=filesystem)


def has_observations(root: Path, which: pc.Expression) -> bool:
    """Whether there is an observation of the kind that a filter on its columns tells."""
    with reading(root):
        return bool(scan(root, "observations").count_rows(filter=which))


def read_observations(root: Path, source: str = "hub") -> list[Seen]:
    """Every observation of a listing day so far."""
    if not (root / "observations").exists():
        return []
    is_a_day = (pc.field("source") == source) & (pc.field("listing_kind") == "day")
    with reading(root):
        table = scan(root, "observations").to_table(columns=list(Seen._fields), filter=is_a_day)
    return [Seen(**row) for row in table.to_pylist()]


def staged(target: Path) -> Path:
    """The name of a merged file before its swap; no reader's glob takes it in."""
    return temporary_name(target, "staged")


def swap(root: Path, target: Path, replaced: Sequence[Path]) -> bool:
    """Put a staged file in the place of others while nobody reads; waits for readers.

    Returns:
        False, and nothing is changed, when one of the files is gone: somebody else was faster.
    """
    with changing(root):
        if not all(path.exists() for path in (staged(target), *replaced)):
            staged(target).unlink(missing_ok=True)
            return False
        begin_swap(root, [target], replaced)
        finish_swap(root)
        return True


def begin_swap(root: Path, targets: Sequence[Path], replaced: Sequence[Path]) -> None:
    """Note what is left to do: who comes next finishes it before reading, should we be killed."""
    note = {
        "targets": [str(path.relative_to(root)) for path in targets],
        "replaced": [str(path.relative_to(root)) for path in replaced],
    }
    write_atomically(root / SWAP_NOTE, json.dumps(note).encode())


def finish_swap(root: Path) -> None:
    """Finish a swap that was begun. Only call inside :func:`changing`."""
    path = root / SWAP_NOTE
    if not path.exists():
        return
    note = json.loads(path.read_bytes())
    for name in note["targets"]:
        if staged(root / name).exists():
            staged(root / name).rename(root / name)
    for name in sorted({*note["replaced"]} - {*note["targets"]}):
        old = root / name
        old.unlink(missing_ok=True)
        if old.parent.exists() and not any(old.parent.iterdir()):
            old.parent.rmdir()
    path.unlink()


@contextmanager
def reading(root: Path) -> Iterator[None]:
    """Hold off merging and rebuilding while files are read or new ones added. Many may hold it."""
    while True:
        with _locked(root, fcntl.LOCK_SH):
            if not (root / SWAP_NOTE).exists():
                yield
                return
        with changing(root):
            finish_swap(root)


@contextmanager
def changing(root: Path, *, wait: bool = True) -> Iterator[bool]:
    """Be alone with the lake. Yields whether the lock was got, which is always so with `wait`."""
    with _locked(root, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB)) as is_held:
        yield is_held


@contextmanager
def _locked(root: Path, operation: int) -> Iterator[bool]:
    # A lock of the operating system's: it goes away with the process that held it, also when that
    # process is killed.
    folder = lock_folder(root)
    make_folder(folder)
    descriptor = os.open(folder / f".{root.name}.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, operation)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def _schema_of(path: Path) -> pa.Schema:
    where, filesystem = located(path)
    return pq.read_schema(where, filesystem=filesystem)


def _partition(dataset: str, table: pa.Table) -> str:
    if dataset not in PARTITIONED:
        return ""
    sources, dates = (pc.unique(table[name]) for name in ("source", "listing_date"))
    if len(sources) != 1 or len(dates) != 1:
        raise LakeError(f"rows for {dataset} in one file are of one source and one listing date")
    return f"source={sources[0].as_py()}/listing_date={dates[0].as_py()}"


def write_file(table: pa.Table, path: Path, *, lasting: bool = False) -> None:
    """Write one Parquet file, whole or not at all.

    The file's name may be lost to a power cut unless it is `lasting`: the mark in landing, which
    goes away after it on the same file system, then brings the rows back.
    """
    fill_atomically(
        path,
        lambda temporary: pq.write_table(table, temporary, compression="zstd"),
        lasting=lasting,
    )
