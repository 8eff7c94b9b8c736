"""The last steps of everything that is collected: landed bytes to rows, rows into the lake.

What does not belong here: landing, the parsers, and which parser reads what (``replay.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa

from orchestration.collect import lake
from orchestration.collect.drift import note_fields, unknown_fields
from orchestration.collect.landing import Landed, Observation, mark_read
from orchestration.collect.records import Refused, payload_of
from orchestration.collect.rows import quarantine_table
from orchestration.collect.schema import DATASETS
from orchestration.files import on_one_disk
from orchestration.settings import Settings

LandedPages = Sequence[tuple[Landed, bytes]]
Tables = dict[str, pa.Table]
Parser = Callable[[LandedPages], Tables]

_OF_THIS_MACHINE = (OSError, MemoryError, ImportError)
"""Failures that say nothing of the bytes: the next run may read them."""


def read_pages(parse: Parser, pages: LandedPages) -> Tables:
    """The rows of one observation, or one row of quarantine when its parser fails unforeseen.

    What a parser knows to be wrong it refuses by itself. This is for what nobody thought of: bytes
    that can't be read today can't be read tomorrow, and must not keep their neighbours waiting.
    """
    try:
        return parse(pages)
    except _OF_THIS_MACHINE:
        raise
    except Exception as error:
        landed, body = pages[0]
        name = landed.envelope.get("name", landed.path)
        reason = f"{name} can't be read: {type(error).__name__}: {error}"[:500]
        told = quarantine_table(
            [Refused("$", reason, payload_of(body))],
            source=landed.envelope["kind"],
            landed_in=[landed.path],
            first_seen_at=landed.observed_at,
        )
        nothing = {dataset: schema.empty_table() for dataset, schema in DATASETS.items()}
        return nothing | {"quarantined_records": told}


def take_in(
    settings: Settings, parse: Callable[[Landed, bytes], Tables], landed: Landed, body: bytes
) -> Tables:
    """Read and :func:`store` an observation of one landed file; gives its rows."""
    tables = read_pages(lambda pages: parse(*pages[0]), [(landed, body)])
    store(settings, landed.observation, tables)
    return tables


def store(settings: Settings, observation: Observation, tables: Mapping[str, pa.Table]) -> None:
    """Write all rows that a landed observation gave, then count it as read.

    Call it inside :func:`lake.reading`. The files' names follow from the observation alone, so a
    process killed on the way is made good by calling this again with the same rows.
    """
    # One file system keeps the order of what it did. Of two, a power cut could leave the mark taken
    # away and the rows not there.
    lasting = not on_one_disk(settings.lake, settings.landing)
    lake.write_all(settings.lake, tables, file_name(observation), lasting=lasting)
    note_fields(settings.lake, unknown_fields(tables))
    mark_read(settings.landing, observation)


def file_name(observation: Observation) -> str:
    """Stem of the small files that hold an observation's rows; begins with its instant."""
    return f"{observation.stamp}-{observation.kind}-{observation.key}"
