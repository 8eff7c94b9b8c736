"""What is measured at each size, and against what.

What does not belong here: how a step works, how it is measured, and what is told of it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from orchestration.settings import PROJECT_ROOT
from tests.benchmarks import (
    author_steps,
    by_hand_steps,
    dlt_steps,
    goals,
    lake_steps,
    mail_steps,
    mart_steps,
    reading_steps,
    refresh_steps,
)
from tests.benchmarks.entries import RECORDED, Entry, entry, summed
from tests.benchmarks.measure import Measurement, Step, StepError, measure
from tests.fakes.listings import FixedListings

COLLECTED_DAYS = 400
"""Listing days that are collected over HTTP."""
LARGEST_COLLECTED = 20_000
LARGEST_BY_DAY = 20_000
SMALL_FILES = 5_150
"""Days of the lake of small files: some 3,652 of them, ten years' number, list papers."""
PAPERS_OF_ONE_DAY = 30
NEEDED = {"generate", "generate one file a day", "dbt models", "dbt build with tests", "publish"}
"""Steps whose results others read."""


class Suite:
    """Measures sizes one after another; ``entries()``, ``problems`` and ``skipped`` grow with them.

    Args:
        folder: Data folders are made below it, one a size; what was there before goes.
        last_day: Last listing date of the made-up lakes.
        only: Measure only steps whose names contain one of these; lakes and marts are made all
            the same.
    """

    def __init__(self, folder: Path, last_day: date, only: Sequence[str] = ("",)) -> None:
        self.folder, self.last_day, self.only = folder, last_day, only
        self.measured: dict[tuple[str, int], tuple[Measurement, str | None, str]] = {}
        self.problems: list[str] = []
        self.skipped: list[str] = []

    def run(self, size: int) -> None:
        """Measure everything at one size, each step beside its limit or peer."""
        home = self.folder / str(size)
        shutil.rmtree(home, ignore_errors=True)
        day = str(self.last_day)
        self._step("generate", lake_steps.generate, home, size, papers=size, last_day=day)
        if size <= LARGEST_COLLECTED and self._is_wanted("collect", "dlt", "refresh", "fetch"):
            recorded = home / "recorded.jsonl"
            made_up = {"papers": size, "last_day": day, "days": COLLECTED_DAYS}
            self._prepare(lake_steps.record, home, size, path=str(recorded), **made_up)
            with _hub(recorded) as url:
                if self._is_wanted("collect", "dlt", "fetch"):
                    self._collecting(home / "collected", size, url, COLLECTED_DAYS, day)
                self._refreshing(home, size, url)
        self._step("merge into one file", lake_steps.merge, home, size)
        self._step("scan one file", lake_steps.scan, home, size, merged=True)
        self._step("scan the lake", lake_steps.scan, home, size, "scan one file", merged=False)
        if size <= LARGEST_BY_DAY and self._is_wanted("one file a day", "scan merged months"):
            self._small_files(home / "by_day", size, day)
        peer = "dbt's statements as one script"
        self._step("dbt models", mart_steps.dbt_models, home, size, peer)
        self._step(peer, mart_steps.plain_sql, home, size)
        peer = "marts by hand"
        self._step(goals.MARTS, by_hand_steps.by_dbt, home, size, peer)
        self._step(peer, by_hand_steps.by_hand, home, size)
        self._step("compare marts by hand", by_hand_steps.compare, home, size)
        self._step("dbt build with tests", mart_steps.dbt_build, home, size, "dbt models")
        self._step("copy the build database", reading_steps.copy_build, home, size)
        self._step("publish", reading_steps.publish, home, size, "copy the build database")
        self._step("publish the same again", reading_steps.publish, home, size, "publish")
        self._step("search index", reading_steps.index, home, size)
        self._step("dashboard queries", reading_steps.dashboard, home, size)
        self._step("dashboard search", reading_steps.searching, home, size)
        self._step(goals.FEEDS, mail_steps.feeds, home, size)
        self._step(goals.DIGESTS, mail_steps.digests, home, size)
        self._step("author columns by pandas", author_steps.by_pandas, home, size)
        peer = "author columns by pandas"
        self._step("author columns by DuckDB", author_steps.by_duckdb, home, size, peer)
        self._step("compare author columns", author_steps.compare, home, size)
        more: dict[str, Any] = {"papers": PAPERS_OF_ONE_DAY, "last_day": day}
        self._step("one more day", mart_steps.one_more_day, home, size, "dbt models", **more)
        self._step("publish one more day", reading_steps.publish, home, size, "publish")
        name, peer = "search index of one more day", "search index"
        self._step(name, reading_steps.index_later, home, size, peer)

    def run_recorded(self, responses: Path) -> None:
        """Measure collecting and the road through dlt on a real hub's recorded responses."""
        if not self._is_wanted("collect", "dlt", "fetch"):
            return
        listings = FixedListings.from_file(responses)
        days = sorted(listings.days(self.last_day))
        size = sum(len(listings.records(day, datetime.now(UTC))) for day in days)
        home, span = self.folder / "recorded", (days[-1] - days[0]).days + 1
        shutil.rmtree(home, ignore_errors=True)
        with _hub(responses) as url:
            self._collecting(home, size, url, span, str(days[-1]), RECORDED)

    def _collecting(
        self, home: Path, size: int, url: str, days: int, last_day: str, end: str = ""
    ) -> None:
        asked: dict[str, Any] = {"hub_url": url, "days": days, "last_day": last_day}
        peer, ours, theirs = (
            f"{name}{end}"
            for name in ("fetch and parse JSON", "collect into the lake", "collect by dlt")
        )
        built, built_by_dlt = (
            f"dbt models of what {name}{end}" for name in ("was collected", "dlt loaded")
        )
        both = f"collect and build{end}"
        # Whoever asks a hub first waits for it to warm up.
        self._prepare(lake_steps.fetch, home, size, **asked)
        self._step(peer, lake_steps.fetch, home, size, **asked)
        self._step(ours, lake_steps.collect, home, size, peer, **asked)
        self._step(built, mart_steps.dbt_models, home, size)
        self._sum(both, size, (ours, built))
        if dlt_steps.IS_THERE:
            self._step(theirs, dlt_steps.collect, home / "dlt", size, ours, **asked)
            self._step(built_by_dlt, dlt_steps.models, home / "dlt", size, built)
            self._sum(f"{goals.BY_DLT}{end}", size, (theirs, built_by_dlt), both)
            self._step(f"compare marts of what dlt loaded{end}", dlt_steps.compare, home, size)
        elif dlt_steps.SKIPPED not in self.skipped:
            self.skipped.append(dlt_steps.SKIPPED)
        names = [name for name in (peer, ours, theirs) if (name, size) in self.measured]
        papers = {name: self.measured[name, size][0].facts["papers"] for name in names}
        if len(set(papers.values())) > 1:
            self.problems.append(f"not the same papers at {size:,}: {papers}")

    def _refreshing(self, home: Path, size: int, url: str) -> None:
        for name, step in (
            ("refresh in a running process", refresh_steps.in_process),
            ("refresh from cold", refresh_steps.from_cold),
        ):
            if self._is_wanted(name):
                folder = home / name.replace(" ", "_")
                days = COLLECTED_DAYS - 1
                self._prepare(refresh_steps.day_before, folder, size, hub_url=url, days=days)
                self._step(name, step, folder, size, hub_url=url)

    def _small_files(self, home: Path, size: int, day: str) -> None:
        made: dict[str, Any] = {"papers": size, "last_day": day, "days": SMALL_FILES}
        self._step("generate one file a day", lake_steps.generate_by_day, home, size, **made)
        self._prepare(lake_steps.merge, home, size)
        name, peer = "scan one file a day", "scan one file of as many days"
        self._step(peer, lake_steps.scan, home, size, merged=True)
        self._step(name, lake_steps.scan, home, size, peer, merged=False)
        self._step("merge one file a day", lake_steps.compact_all, home, size, last_day=day)
        self._step("scan merged months", lake_steps.scan, home, size, name, merged=False)

    def _is_wanted(self, *names: str) -> bool:
        return any(only in name or name in only for name in names for only in self.only)

    def _prepare(self, step: Step, home: Path, size: int, **arguments: Any) -> None:
        self._measure(f"{step.__name__} (not told)", step, home, size, arguments)

    def _step(
        self,
        name: str,
        step: Step,
        home: Path,
        size: int,
        against: str | None = None,
        **arguments: Any,
    ) -> None:
        if name not in NEEDED and not any(only in name for only in self.only):
            return
        if measured := self._measure(name, step, home, size, arguments):
            self.measured[name, size] = measured, against, _now()

    def _measure(
        self, name: str, step: Step, home: Path, size: int, arguments: dict[str, Any]
    ) -> Measurement | None:
        print(f"{size:>12,}  {name} …", end=" ", flush=True)
        try:
            measured = measure(step, home, **arguments)
        except StepError as error:
            self.problems.append(f"{name} at {size:,}: {error.args[0]}")
            print("failed:", error.args[-1])
            return None
        print(f"{measured.seconds:.2f} s")
        return measured

    def _sum(
        self, name: str, size: int, parts: tuple[str, ...], against: str | None = None
    ) -> None:
        if all((part, size) in self.measured for part in parts):
            costs = summed(self.measured[part, size][0] for part in parts)
            self.measured[name, size] = costs, against, _now()

    def entries(self) -> list[Entry]:
        """Everything measured so far, each beside its peer of the same size, or else its limit."""
        found = []
        for (name, size), (measured, against, at) in self.measured.items():
            peer = self.measured.get((against, size)) if against else None
            beside = (against, peer[0]) if against and peer else None
            found.append(goals.beside_limit(entry(name, size, measured, beside, at)))
        return found


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def _hub(recorded: Path) -> Iterator[str]:
    """Serve recorded listings from a process of their own."""
    command = [sys.executable, "-m", "tests.fakes.hub", "--port", "0", "--rate-limit", "1000000"]
    process = subprocess.Popen(
        [*command, "--recorded", str(recorded)],
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
