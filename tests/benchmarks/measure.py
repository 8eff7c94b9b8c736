"""Measures one step in a process of its own: wall time, CPU time, peak memory, bytes written.

A step is a generator function of keyword arguments that yields once: what comes before the yield is
preparation, what comes after it is measured, and it returns facts about its work. What does not
belong here: the steps.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.settings import PROJECT_ROOT

Facts = dict[str, Any]
Step = Callable[..., Generator[None, None, Facts]]

_SELF = Path("/proc/self")


@dataclass(frozen=True)
class Measurement:
    """What a step cost. Memory and bytes are None where the system does not tell."""

    seconds: float
    cpu_seconds: float
    peak_rss_bytes: int | None
    bytes_written: int | None
    facts: Facts


class StepError(RuntimeError):
    """A step failed; the arguments are the line that names the error, and all it said."""


def measure(step: Step, home: Path, **arguments: Any) -> Measurement:
    """Run a step in a new process with its own data folder.

    Raises:
        StepError: the step failed.
    """
    name = f"{step.__module__}:{step.__name__}"
    finished = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.measure", name, json.dumps(arguments)],
        cwd=PROJECT_ROOT,
        env={**os.environ, "PAPERTIDE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        words = finished.stderr.strip() or f"ended with {finished.returncode}"
        told = [line for line in words.splitlines() if "Error" in line or "Exception" in line]
        raise StepError((told or words.splitlines())[-1], words)
    return Measurement(**json.loads(finished.stdout.splitlines()[-1]))


def _run(step: Step, arguments: dict[str, Any]) -> Measurement:
    running = step(**arguments)
    next(running)
    _forget_peak_memory()
    written, cpu, started = _bytes_written(), cpu_seconds_so_far(), time.perf_counter()
    facts: Facts = {}
    try:
        next(running)
    except StopIteration as end:
        facts = end.value or {}
    seconds, cpu_after, written_after = time.perf_counter() - started, cpu_seconds_so_far(), None
    if written is not None:
        os.sync()  # what is only in the page cache is not counted yet
        written_after = _bytes_written()
    return Measurement(
        seconds=round(seconds, 3),
        cpu_seconds=round(cpu_after - cpu, 3),
        peak_rss_bytes=_peak_memory(),
        bytes_written=None if written is None else (written_after or 0) - written,
        facts=facts,
    )


def cpu_seconds_so_far() -> float:
    """CPU time of this process and of its finished children."""
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _forget_peak_memory() -> None:
    if (_SELF / "clear_refs").exists():
        (_SELF / "clear_refs").write_text("5")


def _peak_memory() -> int | None:
    # Not getrusage: a process started by another inherits the other's peak there.
    if not (_SELF / "status").exists():
        return None
    lines = (_SELF / "status").read_text().splitlines()
    peak = next(line for line in lines if line.startswith("VmHWM"))
    return int(peak.split()[1]) * 1024


def _bytes_written() -> int | None:
    if not (_SELF / "io").exists():
        return None
    lines = (_SELF / "io").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("write_bytes")).split()[1])


if __name__ == "__main__":
    module, _, function = sys.argv[1].partition(":")
    made = _run(getattr(importlib.import_module(module), function), json.loads(sys.argv[2]))
    print(json.dumps(vars(made)))
