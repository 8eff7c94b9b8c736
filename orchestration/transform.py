"""Runs dbt in this process: each start of the ``dbt`` command costs seconds, the SQL costs less.

``make setup`` parses the dbt project once; a build loads that parse instead of repeating it. The
parse holds no path of the data folder: sources are relative to ``PAPERTIDE_HOME`` and resolved
by the profile when DuckDB opens. What does not belong here: SQL, and Dagster's events (``defs/``).
"""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb

from orchestration import audit, sizing
from orchestration.collect import lake
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.work_tables import WORK_DATABASE, WorkTables

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
PARSED_PROJECT = DBT_PROJECT / "target"
MANIFEST = PARSED_PROJECT / "manifest.json"
RESULTS = {"LogSeedResult", "LogModelResult", "LogSnapshotResult", "LogTestResult"}
"""dbt's events that tell how a node went."""

PUBLISHED_SCHEMA = "main"
DATABASES: Final = ("build", WORK_DATABASE)
"""What dbt's profile calls the two files that it writes."""

PREVIEW_ROWS = 5
PREVIEW_LETTERS = 80


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
    settings: Settings, selection: Sequence[str] = (), manifest: Manifest | None = None
) -> Iterator[dict[str, Any]]:
    """Build and test the marts in a new build database (or a ``selection`` in the one there is).

    ``manifest`` is the parse, where it was loaded before.

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
    manifest = manifest or load(settings)
    # While files of the lake are read, none is merged away.
    with lake.reading(settings.lake):
        size = sizing.lake_bytes(settings)
        models = sizing.models_at_once(size)
        command.append(f"--threads={models}")
        limit = sizing.memory_limit(settings, size)
        told = {
            "PAPERTIDE_MEMORY_LIMIT": limit,
            "PAPERTIDE_LAKE_IN_MEMORY": str(sizing.lake_in_memory(size, limit)),
            "PAPERTIDE_QUERY_THREADS": str(sizing.query_threads(models)),
        }
        # Who selects goes on with what a whole build left.
        is_kept = bool(selection) or sizing.has_disk_for_all(settings, size)
        work_tables = None if is_kept else WorkTables(manifest)
        with _told_by_environment(settings, told):
            errors = yield from _invoke([*command, *selection], manifest, work_tables)
    if any("Out of Memory" in error for error in errors):
        errors.append(
            f"DuckDB might use {limit}: set PAPERTIDE_MEMORY_LIMIT higher where there is more"
        )
    if selection and any("does not exist" in error for error in errors):
        errors.append(
            "a selection reads what a whole build left, and that is the marts alone where the disk"
            " is small for the lake: build everything, or select with all that is before (`+name`)"
        )
    if errors:
        raise TransformError("the marts were not built:\n" + "\n".join(errors))
    if not selection or was_passed:
        audit.pass_build(settings)


def remove_databases(settings: Settings) -> None:
    """Take away what was built before, so that the next build writes new files."""
    for database in (settings.build_database, settings.work_database):
        for file in (database.with_suffix(".duckdb.wal"), database):
            file.unlink(missing_ok=True)


def _invoke(
    arguments: list[str], manifest: Manifest, work_tables: WorkTables | None
) -> Generator[dict[str, Any], None, list[str]]:
    """Run dbt in a thread, yield its events, return the messages of what went wrong.

    ``work_tables`` are dropped as soon as they are read.
    """
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
            node = told["data"]["node_info"]
            events.put(told | _contents(node))
            if work_tables:
                _drop(work_tables.unread_after(node))

    def run() -> None:
        try:
            result = dbtRunner(manifest, callbacks=[listen]).invoke(["--quiet", *arguments])
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

    thread = threading.Thread(target=run, name="dbt")
    thread.start()
    while (event := events.get()) is not None:
        yield event
    thread.join()
    return errors


def _save_databases() -> None:
    """Write what was built into the files: side by side, as each takes one core.

    Closing does it too, one after the other and without a word when the disk is full.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    def save(database: str) -> None:
        with closing(DuckDBConnectionManager.env().handle()) as connection:
            connection.cursor().execute(f"checkpoint {database}")

    with ThreadPoolExecutor() as threads:
        list(threads.map(save, DATABASES))


@contextmanager
def _told_by_environment(settings: Settings, sizes: Mapping[str, str]) -> Iterator[None]:
    """Tell dbt the settings while it runs: env_var() is its only way to learn them."""
    told = {
        "PAPERTIDE_HOME": str(settings.home),
        "PAPERTIDE_LAKE_URL": settings.lake_url or "",
        "PAPERTIDE_ACCEPT_VANISHED": str(settings.accept_vanished).lower(),
        "DBT_GIT_REVISION": _git_revision(),
        **sizes,
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

    is_published = node["node_relation"]["schema"] == PUBLISHED_SCHEMA
    # To count a view of the lake would be to read it.
    is_read = is_published or node["materialized"] in {"table", "seed"}
    if node["node_status"] != "success" or not is_read:
        return {}
    table = node["node_relation"]["relation_name"]
    with closing(DuckDBConnectionManager.env().handle()) as connection:
        cursor = connection.cursor()
        (rows,) = cursor.execute(f"select count(*) from {table}").fetchone()  # noqa: S608
        if not is_published:
            return {"rows": rows}
        first = cursor.execute(f"select * from {table} limit {PREVIEW_ROWS}").fetchall()  # noqa: S608
        names = [column[0] for column in cursor.description]
    texts = [[str(value)[:PREVIEW_LETTERS] for value in row] for row in first]
    return {"rows": rows, "preview": [dict(zip(names, row, strict=True)) for row in texts]}


def _drop(tables: Sequence[str]) -> None:
    """DuckDB writes the next ones where these were."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    if tables:
        with closing(DuckDBConnectionManager.env().handle()) as connection:
            connection.cursor().execute(";".join(f"drop table {table}" for table in tables))


def _git_revision() -> str:
    """The checkout's revision, or `unknown` where there is no git or no checkout."""
    git = shutil.which("git")
    if git is None:
        return "unknown"
    command = [git, "-C", str(PROJECT_ROOT), "rev-parse", "--short=12", "HEAD"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return answer.stdout.strip() or "unknown"


def load(settings: Settings, parsed: Path = PARSED_PROJECT) -> Manifest:
    """The parse that builds start from, of a folder."""
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


def load_ahead(settings: Settings) -> Future[Manifest]:
    """Begin to load the parse and what dbt makes at its first command: over a second together."""

    def loaded() -> Manifest:
        from dbt.cli.main import dbtRunner

        manifest = load(settings)
        # The shortest command that reads the project's settings, whose schemas dbt makes once.
        dbtRunner(manifest).invoke(["--quiet", "list", *_folders(settings.dbt_target)])
        return manifest

    thread = ThreadPoolExecutor(thread_name_prefix="dbt")
    loading = thread.submit(loaded)
    thread.shutdown(wait=False)
    return loading


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
