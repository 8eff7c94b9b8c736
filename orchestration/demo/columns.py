"""Small makers of columns that several facts of a paper share.

What does not belong here: the facts (``papers.py``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.demo.draws import Draws, Flags, Integers

_HEX = np.array([f"{value:04x}".encode() for value in range(65536)], dtype="S4")


def odd(draws: Draws, stream: str, key: Integers, steps: tuple[float, ...]) -> Integers:
    """Draw a place by the steps of its distribution: 0, mostly, for what is usual."""
    return np.searchsorted(np.array(steps), draws.uniform(stream, key), side="right").astype(
        np.int64
    )


def pick(values: list[str], places: Integers) -> pa.Array:
    """Give the value at each place."""
    return pa.array(values).take(pa.array(places))


def only(given: Flags, values: pa.Array) -> pa.Array:
    """Give the values where they are given, else null."""
    return pc.if_else(pa.array(given), values, pa.scalar(None, values.type))


def hex_ids(moment: Integers, key: Integers, number: Integers) -> pa.Array:
    """Ids of 24 hexadecimal digits that begin with a second, as the hub's database makes them."""
    second = moment // 1_000_000
    parts = [second >> 16, second, key >> 32, key >> 16, key, number]
    digits = np.stack([_HEX[part & 0xFFFF] for part in parts], axis=1)
    joined = np.ascontiguousarray(digits).view("S24").ravel()
    offsets = np.arange(len(joined) + 1, dtype=np.int32) * 24
    return pa.StringArray.from_buffers(len(joined), pa.py_buffer(offsets), pa.py_buffer(joined))
