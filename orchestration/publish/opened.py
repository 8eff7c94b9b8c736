"""Opens a version's file for whoever makes something of all of it.

Such work takes a bounded part of the memory and spills the rest, whatever else this process has
open. What does not belong here: what is asked, and the dashboard's own connections.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb

from orchestration.memory import usable_bytes

MOST_MEMORY: Final = 2 * 2**30


@contextmanager
def opened(database: Path, name: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in memory that has the file attached for reading, as ``name``, and uses it."""
    # A link is resolved, since DuckDB keeps serving an old file under a replaced path.
    path = str(database.resolve()).replace("'", "''")
    limit = min(MOST_MEMORY, usable_bytes() // 4) // 2**20
    with (
        TemporaryDirectory(prefix="papertide-") as spilled,
        duckdb.connect(config={"temp_directory": spilled}) as connection,
    ):
        connection.execute(f"set memory_limit = '{limit}MiB'")
        connection.execute(f"attach '{path}' as {name} (read_only); use {name}")
        yield connection
