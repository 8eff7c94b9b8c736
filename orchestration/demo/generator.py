"""The made-up hub: what its listing of a day says at a moment, in the hub's own JSON shape.

``DemoHub.records`` is a pure function of the seed, the listing date and the time of observation.
What does not belong here: HTTP (``tests/fakes``), landing and the lake (``collecting.py``,
``lake_writer.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from orchestration.demo import curves
from orchestration.demo.days import Block, date_of, day_number
from orchestration.demo.draws import Flags, Floats, Integers
from orchestration.demo.papers import HOUR_MICROSECONDS, Papers
from orchestration.demo.records import Record, spell
from orchestration.settings import FIRST_LISTING_DATE

DEFAULT_SEED = 20230504


@dataclass(frozen=True)
class Growing:
    """Numbers of a block's listings at one moment; ``listed`` tells which are listed by then."""

    listed: Flags
    rank: Integers  # within the day, 1-based; 0 when not yet listed
    upvotes: Integers
    num_comments: Integers
    github_stars: Integers


class DemoHub:
    """A made-up hub with ``papers_per_day`` papers on a mean weekday since ``first_day``.

    Without a number of laboratories it has as many as suit some months of listings.
    """

    def __init__(
        self,
        seed: int = DEFAULT_SEED,
        first_day: date = FIRST_LISTING_DATE,
        papers_per_day: float = 25,
        *,
        labs: int | None = None,
        lab_skew: float = 2.0,
    ) -> None:
        self.seed, self.first_day = seed, first_day
        labs = labs or max(60, round(papers_per_day * 8))
        self.papers = Papers(seed, papers_per_day, labs, lab_skew)
        self._days: dict[date, tuple[Block, list[Record]]] = {}

    def records(self, listing_date: date, observed_at: datetime) -> list[Record]:
        """Give a day's records as the hub lists them at a moment, most upvoted first.

        Empty on weekends, before ``first_day`` and before the day begins.
        """
        if listing_date < self.first_day:
            return []
        block, facts = self._day(listing_date)
        if not facts:
            return []
        growing = self.growing(block, observed_at)
        order = np.argsort(growing.rank)
        return [
            spell(
                facts[place],
                listing_date,
                upvotes=int(growing.upvotes[place]),
                num_comments=int(growing.num_comments[place]),
                github_stars=int(growing.github_stars[place]),
            )
            for place in order
            if growing.listed[place]
        ]

    def find(self, paper_id: str, observed_at: datetime) -> Record | None:
        """Give a paper's record at a moment, of its first listing, if it was listed by then."""
        day = self.papers.calendar.day_of(paper_id)
        records = self.records(day, observed_at) if day else []
        return next((each for each in records if each["paper"]["id"] == paper_id), None)

    def days(self, until: date) -> Iterator[date]:
        """Give the listing days up to a date, newest first."""
        last, first = day_number(until), day_number(self.first_day)
        return (date_of(day) for day in range(last, first - 1, -1))

    def block(self, first: date, last: date) -> Block:
        """All listings of the days from ``first`` to ``last``, not before the hub's first day."""
        days = np.arange(day_number(max(first, self.first_day)), day_number(last) + 1)
        calendar = self.papers.calendar
        return calendar.listings(days, calendar.counts(days), day_number(self.first_day))

    def growing(self, block: Block, observed_at: datetime) -> Growing:
        """Numbers of a block at a moment."""
        now = round(observed_at.timestamp() * 1_000_000)
        return self.growing_at(block, np.full(len(block), now))

    def growing_at(self, block: Block, moments: Integers) -> Growing:
        """Numbers of a block, each listing at its own moment (microseconds since 1970)."""
        draws, key = self.papers.draws, block.key
        appears = self.papers.appears_at(block)
        first_listed = self.papers.appears_at(block.first_listings())
        age: Floats = (moments - np.minimum(appears, first_listed)) / HOUR_MICROSECONDS
        listed = appears <= moments
        upvotes = curves.upvotes(draws, key, curves.final_upvotes(draws, key), age)
        order = np.lexsort((key, -upvotes, ~listed, moments, block.day))
        changes = np.diff(block.day[order], prepend=-1) | np.diff(moments[order], prepend=-1)
        starts = np.maximum.accumulate(np.where(changes != 0, np.arange(len(order)), 0))
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order)) - starts + 1
        return Growing(
            listed,
            np.where(listed, rank, len(order) + 1),
            upvotes,
            curves.comments(draws, key, age),
            curves.stars(draws, key, age),
        )

    def _day(self, listing_date: date) -> tuple[Block, list[Record]]:
        """Give a day's listings and their facts, made for its month at once and kept."""
        if listing_date not in self._days:
            first = listing_date.replace(day=1)
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            month = self.block(first, last)
            facts = self.papers.table(month).to_pylist()
            for day in range(day_number(first), day_number(last) + 1):
                start, end = np.searchsorted(month.day, [day, day + 1])
                part = Block(*(column[start:end] for column in vars(month).values()))
                self._days[date_of(day)] = part, facts[start:end]
        return self._days[listing_date]
