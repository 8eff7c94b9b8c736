"""Fields that the hub began to send and the lake has no column for: noted as they come, told once.

Whatever writes rows notes them; the next run that reports anything tells them. What does not belong
here: their values, which every row keeps in its ``extra``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Lock

import pyarrow as pa

from orchestration.collect import lake
from orchestration.files import write_atomically

NOTED = "unknown_fields.json"

_noting = Lock()


def unknown_fields(tables: Mapping[str, pa.Table]) -> set[str]:
    """Dotted names of the unknown fields in rows of any datasets."""
    return {
        name if dataset == "listings" else f"{dataset}.{name}"
        for dataset, table in tables.items()
        if "extra" in table.column_names
        for extra in table["extra"].drop_null().to_pylist()
        for name in json.loads(extra)
    }


def note_fields(root: Path, names: Iterable[str]) -> None:
    """Remember unknown fields; those not met before wait to be told.

    Call it inside :func:`lake.reading` or :func:`lake.changing`. Threads of one process take turns.
    Of two processes the second may forget what the first noted in the same moment: the next
    observation with that field notes it again.
    """
    if names := set(names):
        with _noting:
            noted = _noted(root)
            if fresh := names - noted.keys():
                _write(root, noted | dict.fromkeys(fresh, False))


def tell_fields(root: Path) -> list[str]:
    """The unknown fields that no run has told yet, sorted; from now on they are told."""
    with lake.reading(root), _noting:
        noted = _noted(root)
        untold = sorted(name for name, is_told in noted.items() if not is_told)
        if untold:
            _write(root, dict.fromkeys(noted, True))
    return untold


def _noted(root: Path) -> dict[str, bool]:
    """Each field met so far, and whether it was told. A plain list, the older form, was told."""
    path = root / NOTED
    content = json.loads(path.read_bytes()) if path.exists() else {}
    return dict.fromkeys(content, True) if isinstance(content, list) else content


def _write(root: Path, noted: Mapping[str, bool]) -> None:
    write_atomically(root / NOTED, json.dumps(noted, indent=1, sort_keys=True).encode())
