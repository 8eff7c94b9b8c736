"""Opens a version's file for whoever makes something of all of it.

Such work takes a bounded part of the memory and spills the rest, whatever else this process has
open. What does not belong here: what is asked, and the dashboard's own connections.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb

from orchestration.memory import usable_bytes
from orchestration.spilling import spilling

MOST_MEMORY: Final = 2 * 2**30


@contextmanager
def opened(database: Path, name: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in memory that has the file attached for reading, as ``name``, and uses it."""
    # A link is resolved, since DuckDB keeps serving an old file under a replaced path.
    path = str(database.resolve()).replace("'", "''")
    limit = min(MOST_MEMORY, usable_bytes() // 4) // 2**20
    with spilling(f"{limit}MiB") as connection:
        connection.execute(f"attach '{path}' as {name} (read_only); use {name}")
        yield connection
