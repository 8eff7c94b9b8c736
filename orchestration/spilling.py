"""DuckDB in memory for work of any size: a bounded part of the memory, and the disk beyond it.

What does not belong here: the build, whose DuckDB dbt opens (``dbt_project/profiles.yml``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Final

import duckdb

COMPARISON: Final = "512MB"
"""Enough to compare files, which goes on on disk beyond it."""


@contextmanager
def spilling(memory_limit: str = COMPARISON) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of its own instance; what it spills is gone afterwards."""
    with (
        TemporaryDirectory(prefix="papertide-") as spilled,
        duckdb.connect(
            config={"memory_limit": memory_limit, "temp_directory": spilled}
        ) as connection,
    ):
        yield connection
