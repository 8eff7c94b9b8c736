"""The process that runs one reader's SQL: read-only, without files, network or extensions.

All connections to a file in one process share one configuration, so the dashboard's own process
can't lock itself down for strangers' SQL. This one opens the version, locks everything, runs one
statement that reads and ends; killing it stops the query. DuckDB always lets a statement at the
opened file itself, so the statement's type is looked at first and the kernel holds what is left. It
is asked on standard input (JSON) and answers on standard output: a line of JSON, then an Arrow
stream when the query worked. What does not belong here: waiting, stopping, showing
(``data/sql.py``).
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
from contextlib import suppress
from typing import IO, Any, Final

import duckdb
import pyarrow as pa

ADDRESS_SPACE_BYTES: Final = 6 * 2**30
CPU_SECONDS_OVER: Final = 5
ROWS_PER_BATCH: Final = 2_000
WORDS_OF_AN_ERROR: Final = 2_000
"""Characters of an error that are told: a statement can raise one as long as it likes."""

NOBODY: Final = 65534

READS_ONLY: Final = (
    "Only statements that read can run here: SELECT, WITH, FROM, VALUES, PIVOT, DESCRIBE, SHOW,"
    " SUMMARIZE, and EXPLAIN (without ANALYZE) of these."
)

LOCKED: Final = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "temp_directory": "",
    "threads": "2",
}


def restrict(seconds: float) -> None:
    """Let the kernel end this process when it takes far more than it was allowed to."""
    processor = int(seconds) * int(LOCKED["threads"]) + CPU_SECONDS_OVER
    resource.setrlimit(resource.RLIMIT_CPU, (processor, processor))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES))
    # Nothing this process could be talked into may leave bytes on the disk or start a program.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def locked(path: str, memory_limit: str) -> duckdb.DuckDBPyConnection:
    """A connection to the published file ``path`` that can only read it."""
    connection = duckdb.connect(
        path, read_only=True, config={**LOCKED, "memory_limit": memory_limit}
    )
    connection.execute("set timezone = 'UTC'")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def seal() -> None:
    """Let this process open, make and remove no file from now on; it reads on from what is open."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    if os.geteuid() == 0:
        with suppress(OSError):  # a root that may not become somebody else
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)


def run(question: dict[str, Any], answer: IO[bytes]) -> None:
    """Run the question's ``sql`` and write the answer; an error is an answer too."""
    rows, size = int(question["rows"]), int(question["bytes"])
    try:
        connection = locked(question["path"], question["memory_limit"])
        _first_rows(connection.execute("select 1 where false"), rows, size)  # loads what it takes
        seal()
        statements = connection.extract_statements(question["sql"])
        if refused := _refused(connection, statements):
            _tell(answer, error=refused)
            return
        for statement in statements:
            connection.execute(statement)
        batches, is_cut = _first_rows(connection, rows, size)
    except (duckdb.Error, pa.ArrowException, MemoryError) as error:
        words = str(error)[:WORDS_OF_AN_ERROR].split("\n\nStack", 1)[0]
        _tell(answer, error=words or type(error).__name__)
        return
    _tell(answer, is_cut=is_cut)
    with pa.ipc.new_stream(answer, batches[0].schema) as stream:
        for batch in batches:
            stream.write_batch(batch)
    answer.flush()


def _first_rows(
    connection: duckdb.DuckDBPyConnection, rows: int, size: int
) -> tuple[list[pa.RecordBatch], bool]:
    reader = connection.to_arrow_reader(ROWS_PER_BATCH)
    batches: list[pa.RecordBatch] = []
    taken = held = 0
    for batch in reader:
        if taken + batch.num_rows > rows or held + batch.nbytes > size:
            batches.append(
                batch.slice(0, rows - taken) if held + batch.nbytes <= size else batch[:0]
            )
            return batches, True
        batches.append(batch)
        taken += batch.num_rows
        held += batch.nbytes
    return batches or [pa.RecordBatch.from_pylist([], schema=reader.schema)], False


def _refused(
    connection: duckdb.DuckDBPyConnection, statements: list[duckdb.Statement]
) -> str | None:
    if _is_pivot(statements):
        return None
    if len(statements) != 1:
        return "Write one statement: " + _counted(len(statements))
    return None if _is_reading(connection, statements[0]) else READS_ONLY


def _is_pivot(statements: list[duckdb.Statement]) -> bool:
    # DuckDB makes two of one PIVOT without a list of values, and gives both no text of their own.
    types = [statement.type for statement in statements]
    is_pair = types == [duckdb.StatementType.CREATE, duckdb.StatementType.SELECT]
    return is_pair and not any(statement.query for statement in statements)


def _is_reading(connection: duckdb.DuckDBPyConnection, statement: duckdb.Statement) -> bool:
    # What reads is SELECT to DuckDB, whatever word it begins with. EXPLAIN ANALYZE runs what it
    # explains, and is told from EXPLAIN only by what follows: no statement begins so.
    explained = re.fullmatch(r"\s*explain\b(.*)", statement.query, re.IGNORECASE | re.DOTALL)
    if not explained:
        return bool(statement.type == duckdb.StatementType.SELECT)
    try:
        inner = connection.extract_statements(explained[1])
    except duckdb.ParserException:
        return False
    return [each.type for each in inner] == [duckdb.StatementType.SELECT]


def _counted(statements: int) -> str:
    return "there is none." if statements == 0 else f"there are {statements}."


def _tell(answer: IO[bytes], *, error: str | None = None, is_cut: bool = False) -> None:
    answer.write(json.dumps({"error": error, "is_cut": is_cut}).encode() + b"\n")
    answer.flush()


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    restrict(asked["seconds"])
    run(asked, sys.stdout.buffer)
