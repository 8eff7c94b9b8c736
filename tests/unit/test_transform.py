"""What a build does beside dbt's work; what it builds: ``tests/integration/test_marts_*``."""

from __future__ import annotations

import subprocess
import sys

import duckdb
import pytest

from orchestration import audit, dbt_run, transform
from orchestration.settings import Settings

GLOSSARY = ("--select", "+metrics_glossary")
"""A seed among what marts are made from, a mart, and their tests."""


def test_what_is_built_stands_in_two_files(settings: Settings) -> None:
    list(transform.build(settings, GLOSSARY))

    for database in (settings.build_database, settings.work_database):
        with duckdb.connect(str(database), read_only=True) as connection:
            assert connection.execute("from duckdb_tables()").fetchall()
    assert not list(settings.home.glob("*.wal"))


def test_a_build_that_does_not_reach_its_files_has_failed(settings: Settings) -> None:
    list(transform.build(settings, GLOSSARY))
    audit.pass_build(settings)

    building = transform.build(settings, GLOSSARY)
    next(building)
    with dbt_run.open_cursor() as cursor:
        cursor.execute("set global debug_checkpoint_abort = 'before_header'")
    with pytest.raises(transform.TransformError, match="could not be written to their files"):
        list(building)

    assert audit.problem(settings)


def test_who_has_too_little_memory_is_told_what_to_set(settings: Settings) -> None:
    poor = settings.model_copy(update={"memory_limit": "1MB"})

    with pytest.raises(transform.TransformError, match="might use 1MB: set PAPERTIDE_MEMORY_LIMIT"):
        list(transform.build(poor, GLOSSARY))


def test_who_has_the_build_open_is_named(settings: Settings) -> None:
    list(transform.build(settings, GLOSSARY))
    code = (
        "import duckdb\n"
        f"connection = duckdb.connect({str(settings.build_database)!r}, read_only=True)\n"
        "input('open')"
    )
    with subprocess.Popen(
        [sys.executable, "-uc", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.read(4) == b"open"
        with pytest.raises(transform.TransformError, match=rf"\(PID {reader.pid}\)$") as failure:
            list(transform.build(settings, GLOSSARY))
        reader.communicate(b"\n")
    assert "Traceback" not in str(failure.value)


def test_a_parse_can_be_loaded_ahead(settings: Settings) -> None:
    manifest = transform.load_ahead(settings).result()

    assert [*transform.build(settings, GLOSSARY, manifest)]
