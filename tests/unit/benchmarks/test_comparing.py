"""Tables of two roads are held against each other, and the scripts by hand make what dbt makes."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.settings import Settings
from tests.benchmarks import by_hand_steps
from tests.benchmarks.comparing import same_rows
from tests.benchmarks.lake_steps import Running


def database(path: Path, rows: str) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create table t as from (values {rows}) as t(paper_id, score, seen_at)")
    return path


def run(step: Running) -> None:
    for _ in step:
        pass


def test_rows_that_differ_are_counted(tmp_path: Path) -> None:
    one = database(tmp_path / "one.duckdb", "('a', 0.1 + 0.2, 1), ('b', 0.5, 1), ('b', 0.5, 1)")
    other = database(tmp_path / "other.duckdb", "('a', 0.3, 1), ('b', 0.5, 2), ('c', 0.5, 1)")
    with pytest.raises(
        ValueError, match=r"only in .*one.duckdb, only in .*other.duckdb.*'t': \(2, 2\)"
    ):
        same_rows(one, other, ["t"])
    assert same_rows(one, one, ["t"]) == {"tables": 1, "rows": 3}
    with pytest.raises(ValueError, match=r"'t': \(1, 1\)"):
        same_rows(one, other, ["t"], left_out=["seen_at"])


def test_floats_may_differ_by_the_order_of_their_sum(tmp_path: Path) -> None:
    one = database(tmp_path / "one.duckdb", "('a', 0.1::double + 0.2::double, 1)")
    other = database(tmp_path / "other.duckdb", "('a', 0.3::double, 1)")
    assert same_rows(one, other, ["t"])["rows"] == 1


def test_floats_rounded_apart_may_be_next_to_each_other(tmp_path: Path) -> None:
    rows = "('a', {0}::double, 1), ('b', {0}::double, 2)"
    one = database(tmp_path / "one.duckdb", rows.format("2.937654725499936"))
    other = database(tmp_path / "other.duckdb", rows.format("2.937654725500018"))
    assert same_rows(one, other, ["t"])["rows"] == 2
    apart = database(tmp_path / "apart.duckdb", rows.format("2.937654727"))
    with pytest.raises(ValueError, match=r"'t': \(2, 2\)"):
        same_rows(one, apart, ["t"])


def test_the_scripts_by_hand_make_what_dbt_makes(
    demo_home: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("lake", demo_home.build_database.name):
        (tmp_path / name).symlink_to(demo_home.home / name)
    monkeypatch.setenv("PAPERTIDE_HOME", str(tmp_path))
    run(by_hand_steps.by_hand())
    run(by_hand_steps.compare())
