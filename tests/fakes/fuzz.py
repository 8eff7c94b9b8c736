"""Bodies that no sound hub would send: records with anything in the place of anything.

A generator of its own beside hypothesis, which makes some hundred examples a second and not the
million that the benchmark wants. What does not belong here: what should become of them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from tests.unit.collect.hub_records import hub_record

ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**53,
    2**63,
    -(2**70),
    10**400,
    1.5,
    1e308,
    float("nan"),
    float("inf"),
    "",
    " \n\t",
    "\x00",
    "\ud800",
    "\U0001f30a" * 3,
    "2503.02130",
    "2026-02-30T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999-23:59",
    "2026-02-03",
    "2026-02-03T04:05:06+05:30",
    "x" * 5000,
    [],
    [None],
    [[]],
    ["a", 1],
    [{}],
    [{"name": None, "user": []}],
    {},
    {"id": 1},
    {"name": "n", "fullname": None, "new": [1, {"deep": None}]},
)
"""What stands in the place of a field's value."""


def bodies(seed: int, items: int = 100) -> Iterator[tuple[bytes, int]]:
    """Endless bodies, each with the number of items that its array holds (0: it is no array)."""
    draw = random.Random(seed)
    while True:
        content = [_item(draw) for _ in range(items)]
        body = json.dumps(content).encode()
        kind = draw.random()
        if kind < 0.01:
            yield body[: draw.randrange(len(body))], 0  # cut
        elif kind < 0.02:
            broken = bytearray(body)
            broken[draw.randrange(len(body))] = draw.randrange(256)
            yield from _counted(bytes(broken))
        else:
            yield body, items


def _counted(body: bytes) -> Iterator[tuple[bytes, int]]:
    """A body with one byte changed may still be sound, or hold fewer or more items."""
    try:
        content = json.loads(body)
    except ValueError:
        yield body, 0
    else:
        if isinstance(content, list):
            yield body, len(content)


def _item(draw: random.Random) -> Any:
    if draw.random() < 0.05:
        return deepcopy(draw.choice(ODD_VALUES))
    record = hub_record(f"26{draw.randrange(100):02}.{draw.randrange(100_000):05}")
    for _ in range(draw.choice((0, 0, 1, 1, 2, 5))):
        place: Any = draw.choice((record, record["paper"], _author(record)))
        if not isinstance(place, dict) or not place:
            continue
        name = draw.choice((*place, "unknown", "newField"))
        if draw.random() < 0.3:
            place.pop(name, None)
        else:
            place[name] = deepcopy(draw.choice(ODD_VALUES))
        if not isinstance(record.get("paper"), dict):
            break
    return record


def _author(record: dict[str, Any]) -> Any:
    authors = record["paper"].get("authors")
    return authors[0] if isinstance(authors, list) and authors else None
