"""A run of dbt ends with who asked for it. What it builds: ``tests/integration/test_marts_*``."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import duckdb
import pytest

from orchestration import audit, dbt_run, sizing, transform
from orchestration.settings import Settings
from tests.unit.test_profile import SORTED
from tests.unit.test_transform import GLOSSARY

ENDLESS = "select count(*) as n from range(1000000000) as a, range(1000000000) as b"


def is_running() -> bool:
    return "dbt" in {thread.name for thread in threading.enumerate()}


def test_who_stops_a_build_gets_no_more_of_it(settings: Settings) -> None:
    building = transform.build(settings, GLOSSARY)
    next(building)
    building.close()

    assert not is_running()
    assert audit.problem(settings)
    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        assert connection.execute("from duckdb_tables()").fetchall() == []


@pytest.mark.timeout(60)
def test_a_query_ends_with_who_waits_for_it(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Ctrl-C, and an operator's stop of a run."""
    monkeypatch.setenv("PAPERTIDE_HOME", str(settings.home))
    project = [f"--{kind}-dir={transform.DBT_PROJECT}" for kind in ("project", "profiles")]
    command = ["show", "--inline", ENDLESS, *project, f"--target-path={tmp_path}"]
    asked = dbt_run.run([*command, "--log-level-file=none"], transform.load(settings), 1, None)
    main = threading.main_thread().ident
    assert main
    # Servers of other tests, in this process, leave handlers of their own.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Timer(3, signal.pthread_kill, (main, signal.SIGINT)).start()
    try:
        with pytest.raises(KeyboardInterrupt):
            list(asked)
    finally:
        signal.signal(signal.SIGINT, before)

    assert not is_running()


def test_the_disk_that_a_node_needed_is_free_for_the_next(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB's own instance would keep its spill files until the build ends."""
    folder = settings.build_database.with_suffix(".duckdb.tmp")
    reopen_after_spilling = dbt_run.reopen_after_spilling
    files = []

    def spilled() -> int:
        return len(list(folder.glob("*")))

    def spill_and_reopen() -> None:
        with dbt_run.open_cursor() as cursor:
            cursor.execute(SORTED)
        before = spilled()
        reopen_after_spilling()
        files.append((before, spilled()))

    monkeypatch.setattr(sizing, "models_at_once", lambda _: 1)
    monkeypatch.setattr(dbt_run, "reopen_after_spilling", spill_and_reopen)
    list(transform.build(settings.model_copy(update={"memory_limit": "60MiB"}), GLOSSARY))

    assert len(files) > 1
    assert all(before > 0 == after for before, after in files)
