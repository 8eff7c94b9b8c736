"""Whoever makes something of a whole version takes a bounded part of the memory.

What does not belong here: what is made of it.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import duckdb
import pytest

from orchestration.publish import opened


def test_more_than_the_limit_is_spilled_and_gone_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spill = tmp_path / "spill"
    spill.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spill))
    monkeypatch.setattr(opened, "MOST_MEMORY", 40 * 2**20)
    version = tmp_path / "version's.duckdb"
    with duckdb.connect(str(version)) as connection:
        connection.execute("create table numbers as select hash(range) as n from range(8_000_000)")

    with opened.opened(version, "published") as connection:
        connection.execute("create temp table sorted as from numbers order by n")
        assert any(files for _, _, files in os.walk(spill))
        assert connection.execute("select count(*) from sorted").fetchone() == (8_000_000,)

    assert list(spill.iterdir()) == []


def test_a_version_can_only_be_read(tmp_path: Path) -> None:
    version = tmp_path / "version.duckdb"
    with duckdb.connect(str(version)) as connection:
        connection.execute("create table papers as select 1 as upvotes")

    with (
        opened.opened(version, "published") as connection,
        pytest.raises(duckdb.InvalidInputException, match="read-only"),
    ):
        connection.execute("update papers set upvotes = 2")
