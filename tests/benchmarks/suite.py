"""What is measured at each size, and against what.

What does not belong here: how a step works, how it is measured.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.settings import PROJECT_ROOT
from tests.benchmarks import by_hand_steps, dlt_steps, lake_steps, mart_steps, reading_steps
from tests.benchmarks.measure import Measurement, Step, StepError, measure
from tests.benchmarks.report import Entry

COLLECTED_DAYS = 400
"""Listing days that are collected over HTTP: fewer calls than the pace allows in five minutes."""
LARGEST_COLLECTED = 20_000
LARGEST_BY_DAY = 20_000
SMALL_FILES = 3_652
"""Days of the lake of small files: ten years, a file a day."""
PAPERS_OF_ONE_DAY = 30
NEEDED = {"generate", "generate one file a day", "dbt models", "dbt build with tests", "publish"}
"""Steps whose results others read."""


class Suite:
    """Measures sizes one after another; ``entries()`` and ``problems`` grow with them.

    Args:
        folder: Data folders are made below it, one a size.
        last_day: Last listing date of the made-up lakes.
        only: Measure only steps whose names contain it; lakes and marts are made all the same.
    """

    def __init__(self, folder: Path, last_day: date, only: str = "") -> None:
        self.folder, self.last_day, self.only = folder, last_day, only
        self.measured: dict[tuple[str, int], tuple[Measurement, str | None]] = {}
        self.problems: list[str] = []

    def run(self, size: int) -> None:
        """Measure everything at one size, each step beside its limit or peer."""
        home = self.folder / str(size)
        day = str(self.last_day)
        self._step("generate", lake_steps.generate, home, size, papers=size, last_day=day)
        if size <= LARGEST_COLLECTED:
            self._collecting(home / "collected", size, day)
        self._step("merge into one file", lake_steps.merge, home, size)
        self._step("scan one file", lake_steps.scan, home, size, merged=True)
        self._step("scan the lake", lake_steps.scan, home, size, "scan one file", merged=False)
        if size <= LARGEST_BY_DAY:
            self._small_files(home / "by_day", size, day)
        peer = "dbt's statements as one script"
        self._step("dbt models", mart_steps.dbt_models, home, size, peer)
        self._step(peer, mart_steps.plain_sql, home, size)
        peer = "marts by hand"
        self._step("marts by dbt", by_hand_steps.by_dbt, home, size, peer)
        self._step(peer, by_hand_steps.by_hand, home, size)
        self._step("compare marts by hand", by_hand_steps.compare, home, size)
        self._step("dbt build with tests", mart_steps.dbt_build, home, size, "dbt models")
        self._step("copy the build database", reading_steps.copy_build, home, size)
        self._step("publish", reading_steps.publish, home, size, "copy the build database")
        self._step("publish the same again", reading_steps.publish, home, size, "publish")
        self._step("search index", reading_steps.index, home, size)
        self._step("dashboard queries", reading_steps.dashboard, home, size)
        self._step("author columns by pandas", mart_steps.authors_by_pandas, home, size)
        peer = "author columns by pandas"
        self._step("author columns by DuckDB", mart_steps.authors_by_duckdb, home, size, peer)
        more: dict[str, Any] = {"papers": PAPERS_OF_ONE_DAY, "last_day": day}
        self._step("one more day", mart_steps.one_more_day, home, size, "dbt models", **more)

    def _collecting(self, home: Path, size: int, day: str) -> None:
        with _hub(papers_per_day=size / COLLECTED_DAYS * 7 / 5) as url:
            asked: dict[str, Any] = {"hub_url": url, "days": COLLECTED_DAYS, "last_day": day}
            peer = "fetch and parse JSON"
            self._step(peer, lake_steps.fetch, home, size, **asked)
            self._step("collect into the lake", lake_steps.collect, home, size, peer, **asked)
            if not dlt_steps.IS_THERE:
                self.problems.append(f"collect by dlt at {size:,}: {dlt_steps.SKIPPED}")
                return
            peer = "collect into the lake"
            self._step("collect by dlt", dlt_steps.collect, home / "dlt", size, peer, **asked)
        peer = "dbt models of what was collected"
        self._step(peer, mart_steps.dbt_models, home, size)
        self._step("dbt models of what dlt loaded", dlt_steps.models, home / "dlt", size, peer)

    def _small_files(self, home: Path, size: int, day: str) -> None:
        made: dict[str, Any] = {"papers": size, "last_day": day, "days": SMALL_FILES}
        self._step("generate one file a day", lake_steps.generate_by_day, home, size, **made)
        name, peer = "scan one file a day", "scan one file"
        self._step(name, lake_steps.scan, home, size, peer, merged=False)
        self._step("merge one file a day", lake_steps.compact_all, home, size, last_day=day)
        self._step("scan merged months", lake_steps.scan, home, size, name, merged=False)

    def _step(
        self,
        name: str,
        step: Step,
        home: Path,
        size: int,
        against: str | None = None,
        **arguments: Any,
    ) -> None:
        if self.only not in name and name not in NEEDED:
            return
        print(f"{size:>12,}  {name} …", end=" ", flush=True)
        try:
            measured = measure(step, home, **arguments)
        except StepError as error:
            self.problems.append(f"{name} at {size:,}: {error.args[0]}")
            print("failed:", error.args[-1])
            return
        self.measured[name, size] = measured, against
        print(f"{measured.seconds:.2f} s")

    def entries(self) -> list[Entry]:
        """Everything measured so far, each with its ratio to its peer of the same size."""
        return [
            _entry(name, size, measured, against, self.measured.get((against or "", size)))
            for (name, size), (measured, against) in self.measured.items()
        ]


def _entry(
    name: str,
    size: int,
    measured: Measurement,
    against: str | None,
    peer: tuple[Measurement, str | None] | None,
) -> Entry:
    costs = {each: value for each, value in vars(measured).items() if each != "facts"}
    if peer is None:
        return Entry(name=name, size=size, facts=measured.facts, **costs)
    return Entry(
        name=name,
        size=size,
        facts=measured.facts,
        against=against,
        ratio=_ratio(measured.seconds, peer[0].seconds),
        cpu_ratio=_ratio(measured.cpu_seconds, peer[0].cpu_seconds),
        memory_ratio=_ratio(measured.peak_rss_bytes, peer[0].peak_rss_bytes),
        **costs,
    )


def _ratio(value: float | None, other: float | None) -> float | None:
    return round(value / other, 3) if value and other else None


@contextmanager
def _hub(papers_per_day: float) -> Iterator[str]:
    """Serve made-up listings from a process of their own."""
    command = [sys.executable, "-m", "tests.fakes.hub", "--port", "0", "--rate-limit", "1000000"]
    process = subprocess.Popen(
        [*command, "--papers-per-day", str(papers_per_day)],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        if process.stdout is None:
            raise StepError("the hub says nothing")
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()
