"""Dagster's event log in SQLite: connections stay open, and who waits for a pool can be stopped.

Dagster makes a new SQLAlchemy engine for each access, up to six for an event, and so compiles each
statement again and opens and syncs a file: for the 800 events of a refresh that was two thirds of
what they cost. Of the rest a fifth was looking what the schema has, for each event anew. While a
step waits for a pool, Dagster's own loop takes a whole core, hears no Ctrl-C and waits for runs
that were killed, too. What does not belong here: what is logged.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from dagster._core.errors import DagsterExecutionInterruptedError
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from dagster._utils.concurrency import ConcurrencyClaimStatus
from dagster._utils.interrupts import pop_captured_interrupt
from sqlalchemy import Connection, Engine, create_engine, event
from typing_extensions import override

from orchestration.dead_runs import end_dead_runs

OPEN_DATABASES: Final = 8
"""Each run has a database of its own; the UI reads many of them."""

POOL_SECONDS: Final = 0.5
"""A step that waits for a pool looks again after this time."""


class PooledSqliteEventLogStorage(SqliteEventLogStorage):
    """Dagster's own storage, in files that its own class can read; ``dagster.yaml`` names it."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        self._schema: set[str] = set()
        self._waited_for: set[str] = set()
        super().__init__(base_dir, inst_data)

    @override
    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Any
    ) -> PooledSqliteEventLogStorage:
        """Make it from the part of ``dagster.yaml`` that names it."""
        return cls(inst_data=inst_data, **config_value)

    @override
    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engines.pop(shard, None) or self._opened(shard)
            self._engines[shard] = engine
            with engine.connect() as connection, connection.begin():
                yield connection

    @override
    def has_table(self, table_name: str) -> bool:
        """Whether there is such a table."""
        return self._has(f"table {table_name}", partial(super().has_table, table_name))

    @override
    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        look = partial(super()._has_asset_key_col_on_connection, conn, column_name)
        return self._has(f"column {column_name}", look)

    @override
    def has_secondary_index(self, name: str) -> bool:
        """Whether such a migration of data was done."""
        return self._has(f"migration {name}", partial(super().has_secondary_index, name))

    def _has(self, part: str, look: Callable[[], object]) -> bool:
        """Look for a part of the schema until it is there: nothing takes it away again."""
        if part not in self._schema and look():
            self._schema.add(part)
        return part in self._schema

    @override
    def claim_concurrency_slot(
        self, concurrency_key: str, run_id: str, step_key: str, priority: int | None = None
    ) -> ConcurrencyClaimStatus:
        """Claim a place in a pool for a step; Dagster calls again until it has got one."""
        claim = (concurrency_key, run_id, step_key, priority)
        status = super().claim_concurrency_slot(*claim)
        if not status.is_claimed and end_dead_runs(self._instance):
            status = super().claim_concurrency_slot(*claim)
        if status.is_claimed:
            return status
        for other in self.get_concurrency_info(concurrency_key).active_run_ids - self._waited_for:
            self._waited_for.add(other)
            logging.getLogger(__name__).info("%s waits for another run (%s)", step_key, other)
        time.sleep(POOL_SECONDS)
        if pop_captured_interrupt():
            raise DagsterExecutionInterruptedError
        return status.with_sleep_interval(0.0)

    def _opened(self, shard: str) -> Engine:
        while len(self._engines) >= OPEN_DATABASES:
            oldest = next(iter(self._engines))
            self._engines.pop(oldest).dispose()
        engine = create_engine(
            self.conn_string_for_shard(shard),
            connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS},
        )
        # A power cut may take the last events, never the file: SQLite's own advice for WAL files.
        event.listen(
            engine, "connect", lambda opened, _: opened.execute("pragma synchronous = normal")
        )
        self._initdb(engine)
        return engine

    @override
    def dispose(self) -> None:
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()
