"""From landing to the lake: one parser a kind of landed thing, used by everything that collects.

:func:`ingest` brings one observation in, :func:`catch_up` those that a killed process left behind,
:func:`replay` all of them again into a new lake. What does not belong here: the parsers themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Final

import pyarrow as pa

from orchestration.collect import lake
from orchestration.collect.arxiv import arxiv_tables
from orchestration.collect.details import detail_tables
from orchestration.collect.drift import note_fields, unknown_fields
from orchestration.collect.intake import LandedPages, Parser, Tables, read_pages, store
from orchestration.collect.landing import (
    Landed,
    LandingError,
    Place,
    is_unread,
    iter_landed,
    read_landed,
    unread,
)
from orchestration.collect.listings import listing_tables
from orchestration.collect.merging import PeriodWriter
from orchestration.collect.page import page_tables
from orchestration.collect.records import Refused
from orchestration.collect.rows import quarantine_table
from orchestration.collect.searches import search_tables
from orchestration.collect.upvote_files import history_tables
from orchestration.collect.vanishing import vanishing
from orchestration.files import remove_temporary
from orchestration.settings import Settings


def _each(parse: Callable[[Landed, bytes], Tables]) -> Parser:
    """A parser of single files as one of whole observations."""

    def parse_all(pages: LandedPages) -> Tables:
        parts = [parse(landed, body) for landed, body in pages]
        return {
            dataset: pa.concat_tables([part[dataset] for part in parts if dataset in part])
            for dataset in {name for part in parts for name in part}
        }

    return parse_all


PARSERS: Final[dict[str, Parser]] = {
    "hub": listing_tables,
    "demo": listing_tables,
    "page": _each(page_tables),
    "arxiv": _each(arxiv_tables),
    "detail": _each(detail_tables),
    "search": _each(search_tables),
    "history": _each(history_tables),
}
"""Kind of landed thing to the function that gives its rows for each dataset.

A parser gets all landed files of one observation and is pure: the same files give the same rows.
"""


@dataclass
class ReplayReport:
    """What a rebuilt lake was made of."""

    observations: int = 0
    rows: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        parts = [f"{count:,} {dataset}" for dataset, count in sorted(self.rows.items())]
        return f"{self.observations:,} observations; rows: {', '.join(parts) or 'none'}"


class ReplayError(RuntimeError):
    """The lake can't be rebuilt without a loss; the message says of what, and what to do."""


def ingest(settings: Settings, pages: LandedPages) -> Tables:
    """Write the rows of one landed observation to the lake, unless they are there already.

    Call it inside :func:`lake.reading`, after the last page has landed.

    Returns:
        The rows for each dataset, written or not.
    """
    observation = pages[0][0].observation
    tables = read_pages(PARSERS[observation.kind], pages)
    if is_unread(settings.landing, observation):
        store(settings, observation, tables)
    return tables


def catch_up(settings: Settings) -> int:
    """Bring in what landed and never reached the lake, and clean up after killed writers.

    Does nothing while another process collects or reads: what is unread then may be on its way.

    Returns:
        Observations brought in.
    """
    with lake.changing(settings.lake, wait=False) as is_alone:
        return _bring_in(settings) if is_alone else 0


def replay(settings: Settings) -> ReplayReport:
    """Rebuild the whole lake from landing, offline, and put it in the old one's place.

    The new lake holds the same rows in merged files. Collectors and readers wait meanwhile; a
    process killed on the way leaves the old lake, or the new one, whole.

    Raises:
        ReplayError: landing does not give back all that the lake holds, and nobody said that this
            is meant (``accept_vanished``); the lake is as it was.
    """
    report = ReplayReport()
    root = settings.lake
    with lake.changing(root):
        # First: an observation still marked as unread when the new lake holds its rows would be
        # brought in once more, were we killed in between.
        _bring_in(settings)
        replaced = [path for path in root.rglob("*.parquet") if path.name != lake.SCHEMA_FILE]
        fields: set[str] = set()
        landed: list[str] = []
        with PeriodWriter(root, "replayed", is_staged=True) as writer:
            for _, places in groupby(iter_landed(settings.landing), lambda p: p.observation):
                pages = list(places)
                landed += [page.path for page in pages]
                tables = _tables(settings.landing, pages)
                fields |= unknown_fields(tables)
                for dataset, table in tables.items():
                    writer.add(dataset, table)
                    report.rows[dataset] = report.rows.get(dataset, 0) + table.num_rows
                report.observations += 1
        lost = vanishing(root, replaced, writer.written, landed)
        if lost and not settings.accept_vanished:
            remove_temporary(root)
            raise ReplayError(_told(settings, lost))
        lake.begin_swap(root, writer.written, replaced)
        lake.finish_swap(root)
        note_fields(root, fields)
    return report


def _told(settings: Settings, lost: dict[str, int]) -> str:
    rows = ", ".join(f"{count:,} of {dataset}" for dataset, count in lost.items())
    return (
        f"the lake was left as it was: rebuilding it would lose rows ({rows}) whose landed bytes"
        f" are not in {settings.landing}, or damaged. Bring that folder back; or, if the rows are"
        " to go, set PAPERTIDE_ACCEPT_VANISHED=true for one replay"
    )


def _bring_in(settings: Settings) -> int:
    """Finish what killed processes left half done. Only call inside :func:`lake.changing`."""
    lake.finish_swap(settings.lake)
    remove_temporary(settings.landing)
    remove_temporary(settings.lake)
    lake.prepare(settings.lake)
    caught_up = 0
    for observation in unread(settings.landing):
        places = [
            place
            for place in iter_landed(settings.landing, observation.kind, observation.key)
            if place.observation == observation
        ]
        store(settings, observation, _tables(settings.landing, places))
        caught_up += bool(places)
    return caught_up


def _tables(landing: Path, places: Sequence[Place]) -> Tables:
    """The rows of one observation; a damaged file goes to quarantine and takes none along."""
    pages: list[tuple[Landed, bytes]] = []
    damaged: list[tuple[Refused, Place]] = []
    for place in places:
        try:
            envelope, body = read_landed(landing / place.path)
        except LandingError as error:
            damaged.append((Refused("$", str(error), ""), place))
        else:
            pages.append((Landed(place.path, envelope, is_new=False), body))
    tables = read_pages(PARSERS[places[0].kind], pages) if pages else {}
    if damaged:
        told = quarantine_table(
            [refused for refused, _ in damaged],
            source=places[0].kind,
            landed_in=[place.path for _, place in damaged],
            first_seen_at=places[0].observed_at,
        )
        others = [tables["quarantined_records"]] if "quarantined_records" in tables else []
        tables["quarantined_records"] = pa.concat_tables([*others, told])
    return tables
