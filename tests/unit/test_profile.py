"""dbt's profile: what a connection is opened with holds for all that follow.

What does not belong here: what is built (``tests/integration/test_marts_*``).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.environments import Environment, create
from dbt.config.renderer import ProfileRenderer
from dbt_common.context import set_invocation_context

from orchestration.transform import DBT_PROJECT

SORTED = (
    "create or replace table sorted as"
    " select hash(range) as value from range(8_000_000) order by value"
)
"""Some 60 MB, which no sort holds in what the limit leaves."""


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Environment]:
    """What dbt opens connections with."""
    monkeypatch.setenv("PAPERTIDE_HOME", str(tmp_path))
    monkeypatch.setenv("PAPERTIDE_MEMORY_LIMIT", "60MiB")
    set_invocation_context(os.environ)
    profile = yaml.safe_load((DBT_PROJECT / "profiles.yml").read_text())
    target = ProfileRenderer().render_data(profile)["papertide"]["outputs"]["duckdb"]
    credentials = DuckDBCredentials.from_dict({"database": "build", **target})
    opened = create(credentials)
    yield opened
    opened.close()


def test_a_build_goes_on_after_it_has_spilled(environment: Environment, tmp_path: Path) -> None:
    first = environment.handle().cursor()
    first.execute(SORTED)
    assert (tmp_path / "build.duckdb.tmp").exists()

    second = environment.handle().cursor()

    assert second.execute("select count(*) from sorted").fetchone() == (8_000_000,)


def test_the_limit_is_the_settings(environment: Environment) -> None:
    cursor = environment.handle().cursor()

    assert cursor.execute("select current_setting('memory_limit')").fetchone() == ("60.0 MiB",)
    with pytest.raises(duckdb.OutOfMemoryException):
        cursor.execute("select list(hash(range)) from range(50_000_000)")
