"""The report sets each step beside its peer, its limit and its own cost at other sizes."""

from __future__ import annotations

import json
from collections.abc import Generator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.settings import load_settings
from tests.benchmarks.__main__ import main, sizes
from tests.benchmarks.entries import entry, summed
from tests.benchmarks.goals import beside_limit
from tests.benchmarks.measure import Measurement
from tests.benchmarks.report import write
from tests.benchmarks.suite import Suite


def broken() -> Generator[None, None, dict[str, Any]]:
    """Fail at the first step."""
    yield
    raise ValueError("rows differ")


def entries(folder: Path) -> dict[tuple[str, int], dict[str, Any]]:
    told = json.loads((folder / "bench.json").read_text())["entries"]
    return {(each["name"], each["size"]): each for each in told}


def test_each_step_stands_beside_its_peer(tmp_path: Path) -> None:
    suite = Suite(tmp_path, date(2026, 11, 20))
    suite.measured["slow", 14_000] = Measurement(3.0, 2.5, 300, None, {"rows": 7}), "fast", ""
    suite.measured["fast", 14_000] = Measurement(2.0, 1.5, 200, 10, {}), None, ""
    suite.measured["slow", 100_000] = Measurement(9.0, 8.0, 900, 10, {}), "fast", ""
    _, page = write(tmp_path, suite.entries(), ["fast at 100,000: out of memory"], ["no dlt here"])
    slow, slow_alone = (entries(tmp_path)["slow", size] for size in (14_000, 100_000))
    assert slow["ratio"] == slow["memory_ratio"] == 1.5
    assert slow["against"] == "fast"
    assert slow_alone["against"] is slow_alone["ratio"] is None
    text = page.read_text()
    assert "| 14,000 | slow | 3.00 | 2.50 | 0 |  | fast | 1.50 |" in text
    assert "- **Failed**: fast at 100,000: out of memory" in text
    assert "- Skipped: no dlt here" in text


def test_growth_is_told_once_two_sizes_are_there(tmp_path: Path) -> None:
    one = entry("one more day", 10, Measurement(1.0, 1.0, 100, None, {"inner_seconds": 2.0}), None)
    ten = entry("one more day", 100, Measurement(4.0, 3.0, 200, None, {"inner_seconds": 6.0}), None)
    write(tmp_path, [one])
    assert set(entries(tmp_path)) == {("one more day", 10)}
    write(tmp_path, [ten])
    grown = entries(tmp_path)["growth of one more day", 100]
    assert (grown["against"], grown["ratio"], grown["memory_ratio"]) == ("10 papers", 4.0, 2.0)
    assert grown["facts"] == {"times_as_many_papers": 10.0, "inner_seconds": 3.0}
    page = (tmp_path / "bench.md").read_text()
    assert "| 100 | one more day | at most 5 s in dbt | 6 | **missed** |" in page
    assert "| 100 | one more day | at most 1.5 times the smallest | 3 | **missed** |" in page
    assert "| 10 | one more day | at most 5 s in dbt | 2 | met |" in page


def test_a_limit_stands_in_for_a_peer() -> None:
    made = beside_limit(entry("generate", 500_000, Measurement(15.0, 9.0, 1, 1, {}), None))
    assert (made.against, made.ratio) == ("limit: 60 s a million papers", 0.5)


def test_two_steps_are_one_road() -> None:
    parts = Measurement(1.0, 0.5, 300, 10, {}), Measurement(2.0, 0.5, 200, None, {})
    assert summed(parts) == Measurement(3.0, 1.0, 300, 10, {})


def test_what_was_not_measured_again_stays(tmp_path: Path) -> None:
    first = [entry(name, 10, Measurement(1.0, 1.0, 1, 1, {}), None) for name in ("a", "b")]
    write(tmp_path, first)
    write(tmp_path, [entry("a", 10, Measurement(2.0, 1.0, 1, 1, {}), None)])
    assert {key: each["seconds"] for key, each in entries(tmp_path).items()} == {
        ("a", 10): 2.0,
        ("b", 10): 1.0,
    }
    write(tmp_path, first[:1], replaced_sizes=[10])
    assert set(entries(tmp_path)) == {("a", 10)}


def test_facts_are_told_to_people_too(tmp_path: Path) -> None:
    facts = {"bytes": 12_345, "milliseconds": {"day": {"p50": 1.5, "p95": 2.5}}, "models": {"m": 3}}
    write(tmp_path, [entry("queries", 10, Measurement(1.0, 1.0, 1, 1, facts), None)])
    page = (tmp_path / "bench.md").read_text()
    assert "### queries, 10 papers\n\nbytes 12,345\n" in page
    assert "| milliseconds | p50 | p95 |\n|---|---:|---:|\n| day | 1.5 | 2.5 |\n" in page
    assert "| m | 3 |" in page


def test_a_failed_step_is_a_problem_and_stops_no_other(tmp_path: Path) -> None:
    suite = Suite(tmp_path, date(2026, 11, 20))
    suite._step("compare", broken, tmp_path, 10)
    assert suite.problems == ["compare at 10: ValueError: rows differ"]
    assert suite.entries() == []


def test_a_problem_fails_the_command_and_the_report_tells_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(suite: Suite, size: int) -> None:
        suite._step("compare", broken, tmp_path, size)

    monkeypatch.setattr(Suite, "run", fail)
    monkeypatch.setenv("PAPERTIDE_RECORDED", str(tmp_path / "none"))
    monkeypatch.setattr("sys.argv", ["benchmarks", "--sizes", "10,20"])
    assert main() == 1
    assert "compare at 10: ValueError" in (load_settings().reports / "bench.md").read_text()


def test_sizes_are_read_before_anything_is_measured() -> None:
    assert sizes("14000, 100000") == [14_000, 100_000]
    with pytest.raises(ValueError, match="invalid literal"):
        sizes("14k")
