"""What a rebuilt lake would lack: rows whose landed bytes are gone or damaged, or never were.

Compared is what was observed when, not what was read of it: a newer parser may read rows otherwise,
but not forget an observation. What does not belong here: rebuilding (``replay.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.dataset as ds

from orchestration.collect import lake
from orchestration.spilling import spilling

_OF_A_LISTING: Final = ("source", "listing_kind", "listing_date", "observed_at")
_OBSERVED: Final = {
    "listings": _OF_A_LISTING,
    "observations": _OF_A_LISTING,
    "upvote_history": ("source", "paper_id", "observed_at"),
    "arxiv_papers": ("paper_id", "observed_at"),
    "paper_details": ("paper_id", "observed_at"),
}
"""Columns that tell what was observed, and when."""


def vanishing(
    root: Path, old: Sequence[Path], new: Sequence[Path], landed: Iterable[str]
) -> dict[str, int]:
    """How many rows of each dataset would be lost with the old files, of those that lose any.

    Args:
        root: the lake folder.
        old: files that the lake consists of, by their names there.
        new: files that are to take their place, still staged.
        landed: paths of everything in landing: what was refused may be read by now.
    """
    lost = {}
    for dataset, columns in _OBSERVED.items():
        before = lake.open_files(dataset, _of(root, dataset, old))
        after = lake.open_files(dataset, [lake.staged(path) for path in _of(root, dataset, new)])
        lost[dataset] = _missing(before, after, columns)
    refused = lake.open_files("quarantined_records", _of(root, "quarantined_records", old))
    known = pa.table({"landed_in": pa.array(landed, pa.string())})
    lost["quarantined_records"] = _missing(refused, known, ("landed_in",))
    return {dataset: rows for dataset, rows in lost.items() if rows}


def _of(root: Path, dataset: str, files: Sequence[Path]) -> list[Path]:
    return [path for path in files if path.is_relative_to(root / dataset)]


def _missing(before: ds.Dataset, after: ds.Dataset | pa.Table, columns: Sequence[str]) -> int:
    """Rows of ``before`` that ``after`` has none of, by the values of some columns."""
    names = ", ".join(columns)
    same = " and ".join(f"before.{name} is not distinct from after.{name}" for name in columns)
    with spilling() as connection:
        connection.register("before", before)
        connection.register("known", after)
        ((rows,),) = connection.execute(
            f"select count(*) from before"  # noqa: S608  # names of ours
            f" anti join (select distinct {names} from known) as after on {same}"
        ).fetchall()
    return int(rows)
