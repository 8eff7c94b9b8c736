"""Fields that the hub began to send and the lake has no column for: found, and told once.

What does not belong here: their values, which every row keeps in its ``extra``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from orchestration.files import write_atomically

NOTED = "unknown_fields.json"


def unknown_fields(listings: pa.Table) -> set[str]:
    """Dotted names of the unknown fields in rows of ``listings``."""
    extras = listings["extra"].drop_null().to_pylist()
    return {name for extra in extras for name in json.loads(extra)}


def note_fields(lake: Path, names: Iterable[str]) -> list[str]:
    """Remember these unknown fields; give back those that no run has told before, sorted."""
    path = lake / NOTED
    noted = set(json.loads(path.read_bytes())) if path.exists() else set()
    fresh = sorted(set(names) - noted)
    if fresh:
        write_atomically(path, json.dumps(sorted(noted | set(fresh)), indent=1).encode())
    return fresh
