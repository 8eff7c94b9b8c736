"""Runs dbt in this process: each start of the ``dbt`` command costs seconds, the SQL costs less.

``make setup`` parses the dbt project once; a build loads that parse instead of repeating it. The
parse holds no path of the data folder: sources are relative to ``PAPERTIDE_HOME`` and resolved
by the profile when DuckDB opens. What does not belong here: SQL, and Dagster's events (``defs/``).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration import audit, dbt_run, sizing
from orchestration.collect import lake
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.work_tables import WorkTables

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
PARSED_PROJECT = DBT_PROJECT / "target"
MANIFEST = PARSED_PROJECT / "manifest.json"

_LOCKED = re.compile(r"Could not set lock on file .*?\(PID \d+\)")


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
            errors = yield from dbt_run.run([*command, *selection], manifest, models, work_tables)
    if locked := next(filter(None, map(_LOCKED.search, errors)), None):
        # dbt tells it with a stack of calls for each thread.
        errors = [f"somebody else has it open, wait until they are done: {locked[0]}"]
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
