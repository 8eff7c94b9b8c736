"""The harness measures what a step does, not what it prepares."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks import lake_steps
from tests.benchmarks.measure import StepError, measure


def busy(seconds: float, megabytes: int) -> Generator[None, None, dict[str, Any]]:
    """Prepare with much memory and time, then work for a while with less memory."""
    ballast = b"x" * (600 * 2**20)
    time.sleep(0.3)
    del ballast
    yield
    kept = b"y" * (megabytes * 2**20)
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return {"home": os.environ["PAPERTIDE_HOME"], "bytes": len(kept)}


def broken() -> Generator[None, None, dict[str, Any]]:
    """Fail after the preparation."""
    yield
    raise ValueError("the tide is out")


def test_only_the_work_is_measured(tmp_path: Path) -> None:
    small, large = (measure(busy, tmp_path, seconds=0.4, megabytes=size) for size in (1, 201))
    assert small.facts == {"home": str(tmp_path), "bytes": 2**20}
    assert 0.3 <= small.cpu_seconds < 0.6
    assert small.cpu_seconds - 0.05 < small.seconds
    if small.peak_rss_bytes is not None and large.peak_rss_bytes is not None:
        assert large.peak_rss_bytes - small.peak_rss_bytes == pytest.approx(200 * 2**20, rel=0.1)
        assert large.peak_rss_bytes < 600 * 2**20


def in_a_child(megabytes: int) -> Generator[None, None, dict[str, Any]]:
    """Let a child have the memory, then tell about it at leisure."""
    yield
    hold = f"x = b'x' * ({megabytes} * 2**20); import time; time.sleep(0.5)"
    subprocess.run([sys.executable, "-c", hold], check=True)
    yield
    time.sleep(0.6)
    return {"told": True}


def test_the_memory_of_children_counts_and_telling_does_not(tmp_path: Path) -> None:
    measured = measure(in_a_child, tmp_path, megabytes=400)
    assert measured.facts == {"told": True}
    if Path("/proc/self/task").exists():
        assert measured.peak_rss_bytes is not None
        assert measured.peak_rss_bytes > 400 * 2**20


def test_a_failing_step_is_told_by_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(StepError) as failure:
        measure(broken, tmp_path)
    assert failure.value.args[0] == "ValueError: the tide is out"


def test_a_lake_is_made_and_read_from_many_files_or_one(tmp_path: Path) -> None:
    arguments = {"papers": 100, "last_day": "2023-05-19", "days": 16}
    made = measure(lake_steps.generate_by_day, tmp_path, **arguments)
    assert made.facts["papers"] == pytest.approx(100, abs=10)
    assert measure(lake_steps.merge, tmp_path).facts["files"] == 12 + 1  # days, and the schema
    scans = [measure(lake_steps.scan, tmp_path, merged=merged).facts for merged in (False, True)]
    assert scans[0] == scans[1]
    assert scans[0]["rows"] == made.facts["listings"]
    assert measure(lake_steps.compact_all, tmp_path, last_day="2023-05-19").facts["merged"] == 2
    assert measure(lake_steps.scan, tmp_path, merged=False).facts == scans[0]
