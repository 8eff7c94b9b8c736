"""The pages of one observation of a listing day, as rows of the lake.

Reads landed pages only, so collecting, catching up after a crash and rebuilding the lake come to
the same rows. What does not belong here: asking for pages (``hub.py``), single records
(``records.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pyarrow as pa

from orchestration.collect import lake
from orchestration.collect.hub_answers import FULL_PAGES
from orchestration.collect.landing import Landed
from orchestration.collect.records import ParsedBody, Refused, parse_body
from orchestration.collect.rows import listing_table, quarantine_table
from orchestration.collect.shapes import Record

FAILED: Final = "failed"
"""In the envelope of what landed in a page's place when no try got one: why."""


@dataclass(frozen=True)
class _Page:
    landed: Landed
    parsed: ParsedBody

    @property
    def is_last(self) -> bool:
        """No next page is named, and the page has not as many rows as the hub may cut it to.

        So a recording by others counts as the day's whole listing unless it has exactly as many.
        """
        envelope = self.landed.envelope
        is_full = self.parsed.rows in {envelope.get("limit"), *FULL_PAGES}
        return envelope.get("next_url") is None and not is_full and self.parsed.is_array


def listing_tables(pages: Sequence[tuple[Landed, bytes]]) -> dict[str, pa.Table]:
    """Rows of ``listings``, ``quarantined_records`` and ``observations`` for one observation.

    Args:
        pages: the landed pages with their bodies; the key of their envelopes is the listing date.

    The observation is *complete* when its pages follow one another to the last and no paper came
    twice (rows that move while one pages hide others that moved the other way): how many of its
    rows could be read is told beside it. It is *empty* when that page is an empty array, *failed*
    when no page came at all, else *partial*.
    """
    newest = _newest_of_each(pages)
    if FAILED in newest[0][0].envelope:
        return _failed_tables(newest[0][0])
    parsed = [_Page(landed, parse_body(body)) for landed, body in newest]
    first = parsed[0].landed
    source, listing_date = first.envelope["kind"], date.fromisoformat(first.envelope["key"])

    records: list[Record] = []
    ranks: list[int] = []
    landed_in: list[str] = []
    refused: list[tuple[Refused, str]] = []
    seen: set[str] = set()
    place = repeated = 0
    for page in parsed:
        for position, record in page.parsed.records:
            if record.paper.id in seen:
                repeated += 1
                continue
            seen.add(record.paper.id)
            records.append(record)
            ranks.append(place + position + 1)
            landed_in.append(page.landed.path)
        refused += [(each, page.landed.path) for each in page.parsed.refused]
        place += page.parsed.rows

    is_end_seen = parsed[-1].is_last and _follow_one_another(parsed)
    if not is_end_seen or repeated or (refused and not records):
        status = "partial"
    else:
        status = "complete" if records else "empty"
    observation = {
        **_observation(first),
        "pages_fetched": len(parsed),
        "rows_per_page": [page.parsed.rows for page in parsed],
        "papers": len(records),
        "quarantined": len(refused),
        "is_end_seen": is_end_seen,
        "status": status,
        "landed_in": [page.landed.path for page in parsed],
    }
    return {
        "listings": listing_table(
            records,
            ranks=ranks,
            source=source,
            listing_kind="day",
            listing_date=listing_date,
            observed_at=first.observed_at,
            landed_in=landed_in,
        ),
        "quarantined_records": quarantine_table(
            [each for each, _ in refused],
            source=source,
            landed_in=[path for _, path in refused],
            first_seen_at=first.observed_at,
        ),
        "observations": lake.rows("observations", [observation]),
    }


def _failed_tables(landed: Landed) -> dict[str, pa.Table]:
    failure = {
        **_observation(landed),
        "pages_fetched": 0,
        "rows_per_page": [],
        "papers": 0,
        "quarantined": 0,
        "is_end_seen": False,
        "status": "failed",
        "landed_in": [landed.path],
    }
    return {"observations": lake.rows("observations", [failure])}


def _observation(landed: Landed) -> dict[str, Any]:
    return {
        "source": landed.envelope["kind"],
        "listing_kind": "day",
        "listing_date": date.fromisoformat(landed.envelope["key"]),
        "observed_at": landed.observed_at,
    }


def _newest_of_each(pages: Sequence[tuple[Landed, bytes]]) -> list[tuple[Landed, bytes]]:
    """One body a page: two runs told to use the same instant may have landed different bytes."""
    ordered = sorted(
        pages, key=lambda page: (page[0].envelope.get("received_at", ""), page[0].path)
    )
    newest = {landed.envelope["page"]: (landed, body) for landed, body in ordered}
    return [newest[number] for number in sorted(newest)]


def _follow_one_another(pages: Sequence[_Page]) -> bool:
    numbers = [page.landed.envelope["page"] for page in pages]
    return numbers == list(range(len(pages)))
