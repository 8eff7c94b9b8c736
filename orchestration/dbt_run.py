"""A run of dbt in a thread of this process: told while it goes on, stopped with who asked for it.

What does not belong here: what is run, and with which settings (``transform.py``).
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final

import duckdb

from orchestration.work_tables import WORK_DATABASE, WorkTables

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

STARTS: Final = "LogStartLine"
RESULTS: Final = {"LogSeedResult", "LogModelResult", "LogSnapshotResult", "LogTestResult"}
"""dbt's events that tell that a node begins, and how it went."""

PUBLISHED_SCHEMA: Final = "main"
DATABASES: Final = ("build", WORK_DATABASE)
"""What dbt's profile calls the two files that it writes."""

PREVIEW_ROWS: Final = 5
PREVIEW_LETTERS: Final = 80
STOP_SECONDS: Final = 0.1
"""Between two tries to interrupt: a query that had not begun yet was missed by the one before."""


class _StoppedError(Exception):
    """Nobody waits for this run any more."""


def run(
    arguments: Sequence[str], manifest: Manifest, models: int, work_tables: WorkTables | None
) -> Generator[dict[str, Any], None, list[str]]:
    """Run dbt, yield its nodes' results, return the messages of what went wrong.

    A result is dbt's event (``info``, ``data``) with what the table holds: ``rows``, of published
    ones also a ``preview``. A run that is stopped while it waits for an event stops dbt.

    Args:
        arguments: of the ``dbt`` command.
        manifest: the parse.
        models: how many are built at once.
        work_tables: are dropped as soon as they are read.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner
    from google.protobuf.json_format import MessageToDict

    events: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    errors: list[str] = []
    has_stopped = threading.Event()

    def listen(message: Any) -> None:
        if message.info.level == "error":
            errors.append(message.info.msg)
        # What is raised here is the node's own error, and whoever reads it is skipped.
        if message.info.name == STARTS:
            if has_stopped.is_set():
                raise _StoppedError
            if models == 1:
                reopen_after_spilling()
        # A build tells thousands of debug events; only a node's result is worth translating.
        if message.info.name in RESULTS:
            told = MessageToDict(message, preserving_proto_field_name=True)
            node = told["data"]["node_info"]
            events.put(told | _contents(node))
            if work_tables:
                _drop(work_tables.unread_after(node))

    def invoke() -> None:
        try:
            command = ["--quiet", *arguments, f"--threads={models}"]
            result = dbtRunner(manifest, callbacks=[listen]).invoke(command)
            if not result.success and not errors:
                errors.append(str(result.exception or "dbt failed without a word"))
            if not errors:
                _save_databases()
        except duckdb.Error as error:
            errors.append(f"the tables could not be written to their files: {error}")
        finally:
            # dbt keeps the database open; the publication, in this process, has to read it.
            DuckDBConnectionManager.close_all_connections()
            events.put(None)

    thread = threading.Thread(target=invoke, name="dbt")
    thread.start()
    try:
        while (event := events.get()) is not None:
            yield event
    except BaseException:  # an operator's stop, Ctrl-C, or a reader of these events that failed
        has_stopped.set()
        while thread.is_alive():
            _interrupt_queries()
            thread.join(STOP_SECONDS)
        raise
    thread.join()
    return errors


def _interrupt_queries() -> None:
    """End what DuckDB does now for dbt's threads, as dbt itself does at Ctrl-C in its command."""
    from dbt.adapters.factory import FACTORY

    for adapter in FACTORY.adapters.values():
        adapter.connections.cancel_open()


@contextmanager
def open_cursor() -> Iterator[Any]:
    """Ask DuckDB on dbt's own connection."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    with closing(DuckDBConnectionManager.env().handle()) as connection:
        yield connection.cursor()


def _save_databases() -> None:
    """Write what was built into the files: side by side, as each takes one core.

    Closing does it too, one after the other and without a word when the disk is full.
    """

    def save(database: str) -> None:
        with open_cursor() as cursor:
            cursor.execute(f"checkpoint {database}")

    with ThreadPoolExecutor() as threads:
        list(threads.map(save, DATABASES))


def reopen_after_spilling() -> None:
    """Open the database anew, between two nodes, where one of those before needed the disk.

    DuckDB keeps its spill files, and the memory that went with them, as large as they ever were.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import FACTORY

    with open_cursor() as cursor:
        (spilled,) = cursor.execute("select count(*) from duckdb_temporary_files()").fetchone()
    if spilled:
        _save_databases()
        for adapter in FACTORY.adapters.values():
            adapter.connections.cleanup_all()
        DuckDBConnectionManager.env().close()


def _contents(node: dict[str, Any]) -> dict[str, Any]:
    """What the table of a node holds that was just built."""
    is_published = node["node_relation"]["schema"] == PUBLISHED_SCHEMA
    # To count a view of the lake would be to read it.
    is_read = is_published or node["materialized"] in {"table", "seed"}
    if node["node_status"] != "success" or not is_read:
        return {}
    table = node["node_relation"]["relation_name"]
    with open_cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")  # noqa: S608 - the name is dbt's own
        (rows,) = cursor.fetchone()
        if not is_published:
            return {"rows": rows}
        cursor.execute(f"select * from {table} limit {PREVIEW_ROWS}")  # noqa: S608 - as above
        first = cursor.fetchall()
        names = [column[0] for column in cursor.description]
    texts = [[str(value)[:PREVIEW_LETTERS] for value in row] for row in first]
    return {"rows": rows, "preview": [dict(zip(names, row, strict=True)) for row in texts]}


def _drop(tables: Sequence[str]) -> None:
    """DuckDB writes the next ones where these were."""
    if tables:
        with open_cursor() as cursor:
            cursor.execute(";".join(f"drop table {table}" for table in tables))
