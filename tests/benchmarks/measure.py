"""Measures one step in a process of its own: wall time, CPU time, peak memory, bytes written.

A step is a generator function of keyword arguments: what comes before its first yield is
preparation, what comes after it is measured, until it yields again or returns facts about its work.
What does not belong here: the steps.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from orchestration.settings import PROJECT_ROOT

Facts = dict[str, Any]
Step = Callable[..., Generator[None, None, Facts]]

_SELF = Path("/proc/self")
_LOOKS_A_SECOND = 5


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
    with _Watch() as watch:
        written, cpu, started = _bytes_written(), cpu_seconds_so_far(), time.perf_counter()
        facts = _next(running)
        seconds, cpu_after, written_after = time.perf_counter() - started, cpu_seconds_so_far(), 0
        if written is not None:
            os.sync()  # what is only in the page cache is not counted yet
            written_after = _bytes_written() or 0
        peak = _peak_memory()
    return Measurement(
        seconds=round(seconds, 3),
        cpu_seconds=round(max(cpu_after - cpu - watch.cpu_seconds, 0), 3),
        peak_rss_bytes=None if peak is None else max(peak, watch.peak),
        bytes_written=None if written is None else written_after - written,
        facts=_next(running) or {} if facts is None else facts,
    )


def _next(running: Generator[None, None, Facts]) -> Facts | None:
    """Go on with a step; give its facts if that was its end."""
    try:
        next(running)
    except StopIteration as end:
        return end.value or {}
    return None


class _Watch(threading.Thread):
    """Watches the memory of this process and its children together, while there are children.

    Attributes:
        peak: the most seen.
        cpu_seconds: what watching cost.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak, self.cpu_seconds = 0, 0.0
        self._ended = threading.Event()

    def __enter__(self) -> _Watch:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.join()

    def run(self) -> None:
        process = psutil.Process()
        while not self._ended.wait(1 / _LOOKS_A_SECOND):
            with suppress(psutil.Error):  # a child that has just ended
                if children := process.children(recursive=True):
                    memory = sum(each.memory_info().rss for each in (process, *children))
                    self.peak = max(self.peak, memory)
            self.cpu_seconds = time.thread_time()


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
