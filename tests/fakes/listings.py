"""Recorded or hand-made listings that the fake hub can serve in place of the demo's.

What does not belong here: HTTP, made-up records (``orchestration.demo``).
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

Record = dict[str, Any]


class Listings(Protocol):
    """What a hub knows; ``orchestration.demo.generator.DemoHub`` is one."""

    def records(self, listing_date: date, observed_at: datetime, /) -> list[Record]:
        """Give the day's records at a moment, most upvoted first."""

    def find(self, paper_id: str, observed_at: datetime, /) -> Record | None:
        """Give a paper's record at a moment, if it was listed by then."""

    def days(self, until: date) -> Iterator[date]:
        """Give the days that may hold records, newest first."""


class FixedListings:
    """Listings that do not change: each day's records as given."""

    def __init__(self, records: Mapping[date, list[Record]]) -> None:
        self._records = dict(records)

    @classmethod
    def from_file(cls, path: Path) -> FixedListings:
        """Read recorded responses: JSON lines, also xz, with ``listing_date`` and ``body``.

        Of several recordings of a day the last one counts.
        """
        opener = lzma.open if path.suffix == ".xz" else open
        with opener(path, "rt", encoding="utf-8") as lines:
            responses = [json.loads(line) for line in lines]
        return cls({date.fromisoformat(each["listing_date"]): each["body"] for each in responses})

    def records(self, listing_date: date, _observed_at: datetime) -> list[Record]:
        """Give the day's records, whatever the moment."""
        return self._records.get(listing_date, [])

    def find(self, paper_id: str, _observed_at: datetime) -> Record | None:
        """Give a paper's record, of the day that listed it last."""
        days = sorted(self._records, reverse=True)
        everything = (record for day in days for record in self._records[day])
        return next((each for each in everything if each["paper"].get("id") == paper_id), None)

    def days(self, until: date) -> Iterator[date]:
        """Give the days with records up to a date, newest first."""
        return (day for day in sorted(self._records, reverse=True) if day <= until)
