"""Runs dbt in this process: each start of the ``dbt`` command costs seconds, the SQL costs less.

``make setup`` parses the dbt project once; a build loads that parse instead of repeating it. The
parse holds no path of the data folder: sources are relative to ``PAPERTIDE_HOME`` and resolved
by the profile when DuckDB opens. What does not belong here: SQL, and Dagster's events (``defs/``).
"""

from __future__ import annotations

import math
import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from orchestration import audit, memory
from orchestration.collect import lake
from orchestration.settings import PROJECT_ROOT, Settings

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
PARSED_PROJECT = DBT_PROJECT / "target"
MANIFEST = PARSED_PROJECT / "manifest.json"
RESULTS = {"LogSeedResult", "LogModelResult", "LogSnapshotResult", "LogTestResult"}
"""dbt's events that tell how a node went."""

PUBLISHED_SCHEMA = "main"
PREVIEW_ROWS = 5
PREVIEW_LETTERS = 80

LEAST_MEMORY: Final = 2 * 2**30
MEMORY_A_BYTE: Final = 3
"""Measured: 290 MB of lake, a million papers, are built with 2.8 GiB."""

SMALL_LAKE: Final = 64 * 2**20
"""Bytes up to which dbt's own work for a model takes longer than DuckDB's."""


class TransformError(RuntimeError):
    """dbt could not build, or a test of error severity failed; the message names what."""


def parse(parsed: Path = PARSED_PROJECT) -> None:
    """Parse the dbt project into a folder, for Dagster and later builds.

    Raises:
        TransformError: the project can't be parsed.
    """
    from dbt.cli.main import dbtRunner

    result = dbtRunner().invoke(["--quiet", "parse", *_folders(parsed)])
    if not result.success:
        raise TransformError(f"dbt can't parse the project: {result.exception}")


def build(
    settings: Settings, selection: Sequence[str] = (), parsed: Path = PARSED_PROJECT
) -> Iterator[dict[str, Any]]:
    """Build and test the marts in a new build database (or a ``selection`` in the one there is).

    ``parsed`` is the folder of the parse that a build loads instead of parsing.

    Yields the result of each node as dbt's structured event (``info``, ``data``), and what a table
    holds: ``rows``, of published ones also a ``preview`` as records of short texts. The mark
    that the build database passed its tests is taken away at the start and only given back when
    all went well, so a database in an unknown state can't be published.

    Raises:
        TransformError: a model failed or a test of error severity did.
    """
    was_passed = audit.problem(settings) is None
    audit.withdraw(settings)
    if not selection:
        # Tables replaced in place leave their blocks free in the file, which each version copies.
        remove_databases(settings)
    settings.dbt_target.mkdir(parents=True, exist_ok=True)
    # Unit tests prove the models' logic, not the data: they belong to the test suite.
    command = ["build", "--exclude-resource-type=unit_test", *_folders(settings.dbt_target)]
    # dbt's artifacts take a second to write; who reads them selects `--write-json`.
    command.append("--no-write-json")
    manifest = _load_parsed_project(settings, parsed)
    # While files of the lake are read, none is merged away.
    with lake.reading(settings.lake):
        size = lake_bytes(settings)
        # Large models fill all cores by themselves, and two at once would need twice the memory.
        if size > SMALL_LAKE:
            command.append("--threads=1")
        with _told_by_environment(settings, size):
            errors = yield from _invoke([*command, *selection], manifest)
    if errors:
        raise TransformError("the marts were not built:\n" + "\n".join(errors))
    if not selection or was_passed:
        audit.pass_build(settings)


def remove_databases(settings: Settings) -> None:
    """Take away what was built before, so that the next build writes new files."""
    for database in (settings.build_database, settings.work_database):
        for file in (database.with_suffix(".duckdb.wal"), database):
            file.unlink(missing_ok=True)


def _invoke(arguments: list[str], manifest: Manifest) -> Generator[dict[str, Any], None, list[str]]:
    """Run dbt in a thread, yield its events, return the messages of what went wrong."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner
    from google.protobuf.json_format import MessageToDict

    events: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    errors: list[str] = []

    def listen(message: Any) -> None:
        if message.info.level == "error":
            errors.append(message.info.msg)
        # A build tells thousands of debug events; only a node's result is worth translating.
        if message.info.name in RESULTS:
            told = MessageToDict(message, preserving_proto_field_name=True)
            events.put(told | _contents(told["data"]["node_info"]))

    def run() -> None:
        try:
            result = dbtRunner(manifest, callbacks=[listen]).invoke(["--quiet", *arguments])
            if not result.success and not errors:
                errors.append(str(result.exception or "dbt failed without a word"))
        finally:
            # dbt keeps the database open; the publication, in this process, has to read it.
            DuckDBConnectionManager.close_all_connections()
            events.put(None)

    thread = threading.Thread(target=run, name="dbt")
    thread.start()
    while (event := events.get()) is not None:
        yield event
    thread.join()
    return errors


@contextmanager
def _told_by_environment(settings: Settings, size: float) -> Iterator[None]:
    """Tell dbt the settings while it runs: env_var() is its only way to learn them."""
    told = {
        "PAPERTIDE_HOME": str(settings.home),
        "PAPERTIDE_LAKE_URL": settings.lake_url or "",
        "PAPERTIDE_MEMORY_LIMIT": memory_limit(settings, size),
        "PAPERTIDE_ACCEPT_VANISHED": str(settings.accept_vanished).lower(),
        "DBT_GIT_REVISION": _git_revision(),
    }
    before = dict(os.environ)
    os.environ.update(told)
    try:
        yield
    finally:
        for name in told:
            if name in before:
                os.environ[name] = before[name]
            else:
                del os.environ[name]


def _contents(node: dict[str, Any]) -> dict[str, Any]:
    """What the table of a node holds that was just built, asked on dbt's own connection."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    if node["node_status"] != "success" or node["materialized"] not in {"table", "seed"}:
        return {}
    table = node["node_relation"]["relation_name"]
    with closing(DuckDBConnectionManager.env().handle()) as connection:
        cursor = connection.cursor()
        (rows,) = cursor.execute(f"select count(*) from {table}").fetchone()  # noqa: S608
        if node["node_relation"]["schema"] != PUBLISHED_SCHEMA:
            return {"rows": rows}
        first = cursor.execute(f"select * from {table} limit {PREVIEW_ROWS}").fetchall()  # noqa: S608
        names = [column[0] for column in cursor.description]
    texts = [[str(value)[:PREVIEW_LETTERS] for value in row] for row in first]
    return {"rows": rows, "preview": [dict(zip(names, row, strict=True)) for row in texts]}


def _git_revision() -> str:
    """The checkout's revision, or `unknown` where there is no git or no checkout."""
    git = shutil.which("git")
    if git is None:
        return "unknown"
    command = [git, "-C", str(PROJECT_ROOT), "rev-parse", "--short=12", "HEAD"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return answer.stdout.strip() or "unknown"


def memory_limit(settings: Settings, size: float) -> str:
    """What DuckDB may use, unless told: what a lake of so many bytes needs, if the machine has it.

    DuckDB keeps all it has read up to its limit, so a higher one than needed takes memory from the
    disk's cache and the servers for nothing. A third of the usable memory is the most: DuckDB keeps
    some beside its limit.
    """
    if settings.memory_limit:
        return settings.memory_limit
    needed = LEAST_MEMORY + MEMORY_A_BYTE * size
    return f"{int(min(needed, memory.usable_bytes() / 3)) // 2**20}MiB"


def lake_bytes(settings: Settings) -> float:
    """What the lake's files take; of a bucket, without bounds: asking takes a request a file.

    Call it inside :func:`lake.reading`.
    """
    if settings.is_lake_in_bucket:
        return math.inf
    return sum(file.stat().st_size for file in settings.lake.rglob("*.parquet"))


def _load_parsed_project(settings: Settings, parsed: Path) -> Manifest:
    from dbt.contracts.graph.manifest import Manifest

    path = parsed / "partial_parse.msgpack"
    if not path.exists():
        parse(parsed)
    manifest = Manifest.from_msgpack(path.read_bytes())
    if settings.lake_url:
        # The parse knows the lake by its place in the data folder.
        for source in manifest.sources.values():
            for meta in (source.meta, source.config.meta):
                if location := meta.get("external_location"):
                    meta["external_location"] = location.replace("'lake/", f"'{settings.lake}/")
    # A loaded parse lacks the `graph` that tests in Jinja read; dbt only makes it when it parses.
    manifest.build_flat_graph()
    return manifest


def _folders(target: Path) -> list[str]:
    return [
        f"--project-dir={DBT_PROJECT}",
        f"--profiles-dir={DBT_PROJECT}",
        f"--target-path={target}",
        f"--log-path={target}",
        "--no-send-anonymous-usage-stats",
        # dbt's logs repeat what the events tell, and writing them costs a tenth of a build.
        "--log-level=none",
        "--log-level-file=none",
    ]
