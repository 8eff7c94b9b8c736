"""The offline demo: made-up listing days that take the same road as real ones.

Each observation lands as the bytes a hub would have sent and is read by the hub's parser, under the
kind and source ``demo``. What does not belong here: making records up (``generator.py``), and
deciding between demo and hub.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pyarrow.compute as pc

from orchestration.collect import lake
from orchestration.collect.days import CollectReport, DayOutcome
from orchestration.collect.hub_answers import FULL_PAGES, PAGE_SIZE
from orchestration.collect.landing import Landed, iter_landed, land, stamp_of
from orchestration.collect.replay import catch_up, ingest
from orchestration.demo.generator import DemoHub
from orchestration.settings import Settings

KIND = "demo"
HISTORY_DAYS = 200
"""Days of a demo: enough for the baseline that rising topics are compared with."""

_CLOSELY_WATCHED_DAYS = 42
_AGES = [timedelta(hours=hours) for hours in (8, 20, 100, 312)]
"""Ages at which a day was observed; days long ago only at the last."""
_STILL_OBSERVED = timedelta(days=14)


def demo_days(today: date) -> list[date]:
    """Give the weekdays of a demo that ends today, oldest first."""
    days = [today - timedelta(days=age) for age in range(HISTORY_DAYS, -1, -1)]
    return [day for day in days if day.weekday() < 5]


def is_written(settings: Settings) -> bool:
    """Whether a made-up lake was written without landing (``lake_writer.py``): one of another hub.

    Its papers would get other authors and topics by ours, and its truth would be none any more.
    """
    never_landed = (pc.field("source") == KIND) & pc.field("landed_in").is_null()
    return lake.has_observations(settings.lake, never_landed)


def collect_demo(
    settings: Settings, days: Iterable[date], observed_at: datetime | None = None
) -> CollectReport:
    """Land and read made-up listings of some days, each observed as if collected all along.

    Args:
        settings: Whose data folder is written.
        days: Listing dates; those after ``observed_at`` are told as ``not_yet``.
        observed_at: The present; the real one when left out. Days of the last two weeks are also
            observed then.

    Observations that landed before are not made again, and days with nothing new not reported.
    """
    started = time.monotonic()
    now = observed_at or datetime.now(UTC)
    report = CollectReport(caught_up=catch_up(settings))
    hub = DemoHub()
    with lake.reading(settings.lake):
        lake.prepare(settings.lake)
        due = [(day, moment) for day in sorted(set(days)) for moment in _due(settings, day, now)]
        report.days = {day: DayOutcome("not_yet") for day in days if day > now.date()}
        # Threads, because most of the time goes into waiting for the disk to have kept the bytes.
        with ThreadPoolExecutor(settings.hub_concurrency) as pool:
            outcomes = pool.map(lambda each: _observe(settings, hub, *each), due)
        for (day, _), outcome in zip(due, outcomes, strict=True):
            report.days[day] = outcome
    report.seconds = time.monotonic() - started
    return report


def _due(settings: Settings, day: date, now: datetime) -> Iterator[datetime]:
    """When a day should have been observed by now and was not, the newest moment last."""
    known = {place.stamp for place in iter_landed(settings.landing, KIND, str(day))}
    return (moment for moment in _moments(day, now) if stamp_of(moment) not in known)


def _moments(day: date, now: datetime) -> Iterator[datetime]:
    midnight = datetime.combine(day, datetime.min.time(), UTC)
    was_watched = now - midnight <= timedelta(days=_CLOSELY_WATCHED_DAYS)
    for age in _AGES if was_watched else _AGES[-1:]:
        if midnight + age < now:
            yield midnight + age
    if day <= now.date() and now - midnight <= _STILL_OBSERVED:
        yield now


def _observe(settings: Settings, hub: DemoHub, day: date, moment: datetime) -> DayOutcome:
    records = hub.records(day, moment)
    pages: list[tuple[Landed, bytes]] = []
    starts = list(range(0, max(len(records), 1), PAGE_SIZE))
    if len(records) - starts[-1] in FULL_PAGES:
        starts.append(len(records))  # collecting asks on after such a page too
    for start in starts:
        body = json.dumps(records[start : start + PAGE_SIZE], ensure_ascii=False).encode()
        has_next = start + PAGE_SIZE < len(records)
        facts = {"limit": PAGE_SIZE, "next_url": "next" if has_next else None}
        landed = land(settings.landing, KIND, str(day), moment, len(pages), body, **facts)
        pages.append((landed, body))
    observation = ingest(settings, pages)["observations"].to_pylist()[0]
    return DayOutcome(
        observation["status"],
        papers=observation["papers"],
        quarantined=observation["quarantined"],
        pages=observation["pages_fetched"],
    )
