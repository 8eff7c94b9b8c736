"""Collecting listing days from the hub: each day asked for, landed, read, and accounted for.

What does not belong here: HTTP (``hub.py``), reading pages (``listings.py``), and which days are
due (``plan.py``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Event

from orchestration.collect import lake
from orchestration.collect.hub import (
    PAGE_SIZE,
    Answer,
    HubClient,
    HubError,
    LongPauseError,
    RefusedError,
    TransientError,
)
from orchestration.collect.landing import Landed, land
from orchestration.collect.listings import FAILED
from orchestration.collect.pace import Pace
from orchestration.collect.replay import catch_up, ingest
from orchestration.settings import Settings

KIND = "hub"

_TRIES_FOR_A_WHOLE_DAY = 3
"""Observations of a day whose pages moved or looped while they were asked for."""


@dataclass(frozen=True)
class DayOutcome:
    """How one day went: ``complete``, ``empty``, ``partial``, ``failed`` or ``not_yet``."""

    status: str
    papers: int = 0
    quarantined: int = 0
    pages: int = 0
    error: str | None = None


@dataclass
class CollectReport:
    """What a run collected.

    Attributes:
        days: outcome of each listing day asked for.
        requests, retries, throttled, bytes: traffic; `throttled` counts answers with status 429.
        caught_up: observations that an earlier, killed run had left landed but unread.
        seconds: wall time.
    """

    days: dict[date, DayOutcome] = field(default_factory=dict)
    requests: int = 0
    retries: int = 0
    throttled: int = 0
    bytes: int = 0
    caught_up: int = 0
    seconds: float = 0.0

    def count(self, status: str) -> int:
        """Days of a status."""
        return sum(outcome.status == status for outcome in self.days.values())

    @property
    def papers(self) -> int:
        """Rows that came into the lake's ``listings``."""
        return sum(outcome.papers for outcome in self.days.values())

    @property
    def quarantined(self) -> int:
        """Records that could not be read."""
        return sum(outcome.quarantined for outcome in self.days.values())

    @property
    def problems(self) -> list[str]:
        """One line for each day that is not whole; empty when all is well."""
        return [
            f"{day}: {outcome.status}{f', {outcome.error}' if outcome.error else ''}"
            for day, outcome in sorted(self.days.items())
            if outcome.status in {"failed", "partial"}
        ]


Progress = Callable[[int, int, date, DayOutcome], None]


def collect_days(
    settings: Settings,
    days: Iterable[date],
    observed_at: datetime | None = None,
    progress: Progress | None = None,
    pace: Pace | None = None,
) -> CollectReport:
    """Observe listing days once each. A day that fails never harms its neighbours.

    Args:
        settings: whose hub is asked and whose data folder is written.
        days: listing dates; those after the hub's today are told as ``not_yet``.
        observed_at: instant of every observation; the moment of each day's first answer if absent.
        progress: called after each day with days done, days in all, the day and its outcome.
        pace: shared with the other steps of a run, if there are any.

    Returns:
        The report; the caller decides what to make of its `problems`.

    Raises:
        OSError: the data folder can't be written (a full disk, say); days done until then stay.
    """
    started = time.monotonic()
    report = CollectReport(caught_up=catch_up(settings))
    stop = Event()
    with (
        lake.reading(settings.lake),
        HubClient.from_settings(settings, pace) as client,
        ThreadPoolExecutor(settings.hub_concurrency) as pool,
    ):
        lake.prepare(settings.lake)
        collector = _Collector(settings, client, observed_at, stop)
        futures = {pool.submit(collector.collect, day): day for day in sorted(set(days))}
        try:
            for future in as_completed(futures):
                day = futures[future]
                report.days[day] = future.result()
                if progress:
                    progress(len(report.days), len(futures), day, report.days[day])
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)
    report.requests = client.traffic.requests
    report.retries = client.traffic.retries
    report.throttled = client.traffic.throttled
    report.bytes = client.traffic.bytes
    report.seconds = time.monotonic() - started
    return report


class _Collector:
    """Collects one day after another; shared by the threads of a run."""

    def __init__(
        self, settings: Settings, client: HubClient, observed_at: datetime | None, stop: Event
    ) -> None:
        self._settings = settings
        self._client = client
        self._observed_at = observed_at
        self._stop = stop

    def collect(self, day: date) -> DayOutcome:
        """Observe a day, again when its pages moved under our hands."""
        outcome = self._observe(day, self._observed_at)
        for _ in range(_TRIES_FOR_A_WHOLE_DAY - 1):
            if outcome.status != "partial" or outcome.error or outcome.quarantined:
                break
            outcome = self._observe(day, None)
        return outcome

    def _observe(self, day: date, observed_at: datetime | None) -> DayOutcome:
        if self._stop.is_set() or day > self._client.now().date():
            return DayOutcome("not_yet")
        pages: list[tuple[Landed, bytes]] = []
        error: HubError | None = None
        try:
            for answer in self._client.listing_pages(day):
                observed_at = observed_at or answer.received_at
                pages.append(self._land(day, observed_at, len(pages), answer))
        except HubError as failure:
            error = failure
            # Our clock may have been ahead of the hub's: its first answer has set it right.
            if isinstance(failure, RefusedError) and day > self._client.now().date():
                return DayOutcome("not_yet")
            if isinstance(failure, TransientError) and failure.answer:
                observed_at = observed_at or failure.answer.received_at
                pages.append(self._land(day, observed_at, len(pages), failure.answer))
            if isinstance(failure, LongPauseError) and not pages:
                return DayOutcome("failed", error=str(failure))  # nobody asked for this day
        if not pages:
            pages.append(self._land_failure(day, observed_at, error))
        tables = ingest(self._settings, pages)
        if not tables["observations"]:
            reason = tables["quarantined_records"]["reason"][0].as_py()
            return DayOutcome("failed", quarantined=1, error=reason)
        observation = tables["observations"].to_pylist()[0]
        return DayOutcome(
            observation["status"],
            papers=observation["papers"],
            quarantined=observation["quarantined"],
            pages=observation["pages_fetched"],
            error=str(error) if error else None,
        )

    def _land_failure(
        self, day: date, observed_at: datetime | None, error: HubError | None
    ) -> tuple[Landed, bytes]:
        """Keep that a day was asked for in vain: an observation too, if one of nothing."""
        at = observed_at or self._client.now()
        body = error.answer.body if isinstance(error, RefusedError) else b""
        facts = {FAILED: str(error), "received_at": self._client.now().isoformat()}
        return land(self._settings.landing, KIND, str(day), at, 0, body, **facts), body

    def _land(
        self, day: date, observed_at: datetime, page: int, answer: Answer
    ) -> tuple[Landed, bytes]:
        facts = {"limit": PAGE_SIZE, **answer.facts()}
        landed = land(
            self._settings.landing, KIND, str(day), observed_at, page, answer.body, **facts
        )
        return landed, answer.body
