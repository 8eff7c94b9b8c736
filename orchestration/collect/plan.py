"""Which listing days are due to be observed: a pure function of the time and of what was seen.

A day is observed hourly for 48 hours (its first morning shows two thirds of its papers), then
daily until it is 14 days old (upvotes double in that time), then it is closed; sooner when fewer
days are to be collected. What does not belong here: observing, and reading what was seen
(``lake.read_observations``).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

HOURLY_FOR: Final = timedelta(hours=48)
OPEN_DAYS: Final = 14
CAUGHT_UP_DAYS: Final = 90
"""A day that closed while nobody looked is still asked for until it is this old."""

_READ_TO_ITS_END = frozenset({"complete", "empty"})


class Seen(NamedTuple):
    """One observation of a listing day."""

    listing_date: date
    observed_at: datetime
    status: str

    @property
    def is_whole(self) -> bool:
        """Whether it saw the end of the listing when that could grow no more: the day was over."""
        end = _midnight(self.listing_date) + timedelta(days=1)
        return self.status in _READ_TO_ITS_END and self.observed_at >= end


def due_days(
    now: datetime, seen: Iterable[Seen], since: date | None = None, open_days: int = OPEN_DAYS
) -> list[date]:
    """The listing days to observe in one run at `now`, oldest first.

    Args:
        now: aware instant.
        seen: observations so far, of any days, in any order.
        since: days from this one on that were never seen are due too, however long ago.
        open_days: how many days up to today are open, if fewer than :data:`OPEN_DAYS`.

    A day is due once for the present hour (while hourly) or UTC day, however many ticks were
    missed, so a machine that was off asks for each open day once. Days that closed meanwhile and
    were never seen whole are asked for once a day, back to the first time anything was observed.
    """
    now = now.astimezone(UTC)
    last: dict[date, datetime] = {}
    whole: set[date] = set()
    began = now
    for observation in seen:
        at = observation.observed_at.astimezone(UTC)
        began = min(began, at)
        last[observation.listing_date] = max(at, last.get(observation.listing_date, at))
        if observation.is_whole:
            whole.add(observation.listing_date)

    open_for = timedelta(days=min(open_days, OPEN_DAYS) - 1)
    oldest_open = now.date() - open_for
    oldest_missed = max(began.date() - open_for, now.date() - timedelta(days=CAUGHT_UP_DAYS))
    missed = [day for day in _days(oldest_missed, oldest_open) if day not in whole]
    unseen = [day for day in _days(since or oldest_missed, oldest_missed) if day not in last]
    return [
        day
        for day in [*unseen, *missed, *_days(oldest_open, now.date() + timedelta(days=1))]
        if day not in last or _slot(day, last[day], now) < _slot(day, now, now)
    ]


def refresh_span(now: datetime, seen: Iterable[Seen], days: int) -> tuple[date, date]:
    """First and last day of the last `days` up to today, further back to the oldest that is due."""
    today = now.astimezone(UTC).date()
    return min([today - timedelta(days=days - 1), *due_days(now, seen, open_days=days)]), today


def _slot(day: date, instant: datetime, now: datetime) -> datetime:
    """The start of the hour, or of the UTC day, that an observation counts for."""
    start = instant.replace(minute=0, second=0, microsecond=0)
    if now - _midnight(day) < HOURLY_FOR:
        return start
    return start.replace(hour=0)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _days(first: date, end: date) -> list[date]:
    return [first + timedelta(days=offset) for offset in range((end - first).days)]
