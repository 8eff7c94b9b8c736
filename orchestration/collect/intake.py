"""The last step of everything that is collected: rows into the lake, and the mark taken away.

What does not belong here: landing, parsing, and which parser reads what (``replay.py``).
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from orchestration.collect import lake
from orchestration.collect.drift import note_fields, unknown_fields
from orchestration.collect.landing import Observation, mark_read
from orchestration.files import on_one_disk
from orchestration.settings import Settings


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
