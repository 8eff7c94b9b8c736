"""What a build gets of the machine: memory, parts to fit in it, disk, models and threads at once.

What does not belong here: how much memory there is (``memory.py``), the build (``transform.py``).
"""

from __future__ import annotations

import shutil
from typing import Final

import duckdb
from pyarrow import fs
from pydantic import ByteSize, TypeAdapter

from orchestration import memory
from orchestration.objects import located
from orchestration.settings import Settings

LEAST_MEMORY: Final = 2 * 2**30
MEMORY_A_BYTE: Final = 9.5
"""So much that little is spilled. A third of it is enough, with tables made in more parts: measured
of three million papers, 870 MB of lake."""

DISK_A_BYTE: Final = 60
"""What a build takes with all its tables, and the version that is published from it, taken a little
higher than measured: 8 and 8 GB of a million papers, 288 MB of lake."""

MEMORY_SHARE: Final = 0.24
"""Of the machine's memory, at most. A process takes more than DuckDB's limit, three fifths more at
ten million papers: with 25 % of 24 GiB, 10.1 GB."""

SMALL_LAKE: Final = 64 * 2**20
"""Bytes up to which dbt's own work for a model takes longer than DuckDB's."""

SMALL_MODELS_AT_ONCE: Final = 2
"""More gain nothing, as dbt's own work takes one core whatever it builds."""


def lake_bytes(settings: Settings) -> int:
    """What the lake's files take; of a bucket it takes a request a thousand. Call it inside
    :func:`lake.reading`.
    """
    where, filesystem = located(settings.lake)
    below = fs.FileSelector(where, recursive=True, allow_not_found=True)
    found = (filesystem or fs.LocalFileSystem()).get_file_info(below)
    return sum(file.size for file in found if file.extension == "parquet")


def memory_limit(settings: Settings, lake_size: int) -> str:
    """What DuckDB may use, unless told: what a lake of so many bytes needs, if the machine has it.

    DuckDB keeps all it has read up to its limit, so a higher one than needed takes memory from the
    disk's cache and the servers for nothing.
    """
    if settings.memory_limit:
        return settings.memory_limit
    needed = max(LEAST_MEMORY, MEMORY_A_BYTE * lake_size)
    return f"{int(min(needed, MEMORY_SHARE * memory.usable_bytes())) // 2**20}MiB"


def lake_in_memory(lake_size: int, limit: str) -> float:
    """How much of the memory limit a lake of so many bytes would take.

    By it dbt tells in how many parts a table has to be made (``dbt_project/macros/parts.sql``).
    """
    return lake_size / TypeAdapter(ByteSize).validate_python(limit)


def has_disk_for_all(settings: Settings, lake_size: int) -> bool:
    """Whether the tables that only the build reads can stay beside the marts and their version."""
    return shutil.disk_usage(settings.home).free >= DISK_A_BYTE * lake_size


def models_at_once(lake_size: int) -> int:
    """How many models dbt builds at once from a lake of so many bytes.

    Large models fill all cores by themselves, and two at once would need twice the memory.
    """
    return 1 if lake_size > SMALL_LAKE else SMALL_MODELS_AT_ONCE


def query_threads(models: int) -> int:
    """DuckDB's threads when so many models are built at once, so that all together fill the cores.

    Who asked for a query works on it too, and waits for others at full speed: a thread more than
    cores took a sixth of a small build's CPU time for waiting.
    """
    with duckdb.connect() as connection:
        (cores,) = connection.execute("select current_setting('threads')").fetchone() or (1,)
    return max(1, int(cores) - models + 1)
