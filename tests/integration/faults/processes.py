"""Processes of their own that collect, merge or read, to be killed or watched by a test.

Forked from a server that has everything imported, so each starts in milliseconds. What does not
belong here: assertions.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from datetime import date, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from orchestration.settings import Settings

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    ["orchestration.collect.compaction", "orchestration.collect.days", "duckdb"]
)


class Process:
    """A function running in a process of its own; `say` in it is heard by `listen` here."""

    def __init__(self, work: Callable[..., None], *arguments: Any) -> None:
        self._ours, theirs = _CONTEXT.Pipe(duplex=False)
        self._process: BaseProcess = _CONTEXT.Process(target=work, args=(theirs.send, *arguments))
        self._process.start()
        theirs.close()

    def listen(self, seconds: float = 60) -> Any:
        """The next thing it says; fails the test when it says nothing."""
        assert self._ours.poll(seconds), "the process said nothing"
        return self._ours.recv()

    def heard(self) -> list[Any]:
        """Everything it said until it ended."""
        said = []
        while True:
            try:
                said.append(self._ours.recv())
            except EOFError:
                return said

    def kill(self) -> bool:
        """SIGKILL it; tells whether it was still running."""
        assert self._process.pid
        is_alive = self._process.is_alive()
        if is_alive:
            os.kill(self._process.pid, signal.SIGKILL)
        self._process.join()
        return is_alive and self._process.exitcode == -signal.SIGKILL

    def end(self, seconds: float = 60) -> int | None:
        """Wait until it ends by itself; gives its exit code."""
        self._process.join(seconds)
        return self._process.exitcode


Say = Callable[[Any], None]


def collect(say: Say, settings: Settings, days: list[date]) -> None:
    """Observe days once; says ``started``, each day when it is done, then what went wrong."""
    from orchestration.collect.days import collect_days

    say("started")
    say(collect_days(settings, days, progress=lambda *told: say(told[2])).problems)


def compact(say: Say, settings: Settings, now: datetime) -> None:
    """Merge what can be merged; says ``started``."""
    from orchestration.collect.compaction import compact as merge

    say("started")
    merge(settings, now)


def count_forever(say: Say, lake_root: Path) -> None:
    """Say how many rows and how many different rows of ``listings`` there are, again and again."""
    import duckdb

    from orchestration.collect import lake

    files = f"read_parquet('{lake_root}/listings/**/*.parquet', hive_partitioning = false)"
    counts = f"select count(*), count(distinct (listing_date, paper_id, observed_at)) from {files}"
    while True:
        with lake.reading(lake_root):
            say(duckdb.sql(counts).fetchone())
