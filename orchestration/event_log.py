"""Dagster's event log in SQLite with its connections kept open.

Dagster makes a new SQLAlchemy engine for each access, up to six for an event, and so compiles each
statement again and opens and syncs a file: for the 800 events of a refresh that was two thirds of
what they cost. What does not belong here: what is logged.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event
from typing_extensions import override

OPEN_DATABASES: Final = 8
"""Each run has a database of its own; the UI reads many of them."""


class PooledSqliteEventLogStorage(SqliteEventLogStorage):
    """Dagster's own storage, in files that its own class can read; ``dagster.yaml`` names it."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
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
