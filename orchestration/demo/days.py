"""Which papers are listed on which day: counts, keys, ids and second listings.

A paper's key is its first listing day (days since the hub's first listing date) and its number on
that day, so every other fact of it can be drawn from the key. What does not belong here: the facts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.demo.draws import Draws, Floats, Integers
from orchestration.settings import FIRST_LISTING_DATE

DAY_BITS = 20
FIRST_NUMBER = 40_000  # arXiv never reaches it in a month: no made-up id names a real paper
NUMBERS_A_DAY = (1800, 90_000, 1 << DAY_BITS)
"""Steps of the ids' numbers from one day of a month to the next."""
HUGE_DAY = 6
"""The largest day has fewer papers than so many mean weekdays."""
RELISTED_AFTER_DAYS = 7
RELISTED_SHARE = 0.003
EPOCH_DAY = (FIRST_LISTING_DATE - date(1970, 1, 1)).days
_FIRST_WEEKDAY = FIRST_LISTING_DATE.weekday()
_BY_WEEKDAY = np.array([0.85, 1.2, 1.1, 1.0, 0.85, 0.0, 0.0])


def day_number(day: date) -> int:
    """Days since the first listing date."""
    return (day - FIRST_LISTING_DATE).days


@dataclass(frozen=True)
class Block:
    """Listings of one or more days, sorted by day; arrays of one length.

    ``key`` names the paper, ``day`` is the listing date and ``born`` the first listing date, both
    in days since the hub's first listing date. They differ for a second listing.
    """

    key: Integers
    day: Integers
    born: Integers

    @property
    def number(self) -> Integers:
        """Number of each paper on its first listing day."""
        return self.key & ((1 << DAY_BITS) - 1)

    def first_listings(self) -> Block:
        """The same papers on the days they were listed first."""
        return Block(self.key, self.born, self.born)

    def __len__(self) -> int:
        return len(self.key)


class Calendar:
    """The listings of each day, for a mean number of papers a weekday."""

    def __init__(self, draws: Draws, papers_per_day: float) -> None:
        self.draws = draws
        self.papers_per_day = papers_per_day
        # The least step from day to day that the largest day fits in.
        steps = (step for step in NUMBERS_A_DAY if papers_per_day * HUGE_DAY <= step)
        self.numbers_a_day = next(steps, NUMBERS_A_DAY[-1])

    def weights(self, day: Integers) -> Floats:
        """Relative size of each day: none on weekends and holidays, about one in 40 is huge."""
        level = np.exp(0.2 * self.draws.normal("day size", day))
        huge = np.where(self.draws.chance(0.025, "huge day", day), 2.6, 1.0)
        weekday = _BY_WEEKDAY[(np.asarray(day) + _FIRST_WEEKDAY) % 7]
        dates = (np.asarray(day) + EPOCH_DAY).astype("datetime64[D]").astype(str)
        works = np.array([text[5:] not in ("12-25", "01-01") for text in dates], dtype=float)
        return np.asarray(weekday * level * huge * works)

    def counts(self, day: Integers) -> Integers:
        """Papers first listed on each day.

        Raises:
            ValueError: a day has more papers than keys and ids, so papers of other days would share
                theirs.
        """
        counts = np.rint(self.weights(day) * self.papers_per_day).astype(np.int64)
        if counts.max(initial=0) >= self.numbers_a_day:
            raise ValueError(
                f"{counts.max():,} papers in a day: no more than {self.numbers_a_day:,} have"
                " ids of their own; spread them over more days"
            )
        return counts

    def listings(self, day: Integers, counts: Integers, first: int) -> Block:
        """Give all listings of sorted days; nothing was listed before the day ``first``."""
        own = _block(day, day, counts)
        before = np.asarray(day) - RELISTED_AFTER_DAYS
        known = before >= first
        again = _block(np.asarray(day)[known], before[known], self.counts(before[known]))
        kept = self.draws.chance(RELISTED_SHARE, "listed again", again.key)
        parts = [(own.key, own.day, own.born)]
        parts.append((again.key[kept], again.day[kept], again.born[kept]))
        keys, days, born = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.argsort(days, kind="stable")
        return Block(keys[order], days[order], born[order])

    def paper_ids(self, block: Block) -> pa.Array:
        """Ids in arXiv's form: year and month, then a number that arXiv never reaches."""
        dates = (block.born + EPOCH_DAY).astype("datetime64[D]")
        months = dates.astype("datetime64[M]")
        month = months.astype(np.int64) % 12 + 1
        year = months.astype("datetime64[Y]").astype(np.int64) + 1970
        day_of_month = (dates - months).astype(np.int64)
        number = FIRST_NUMBER + day_of_month * self.numbers_a_day + block.number
        prefix = pc.utf8_lpad(
            pa.array((year % 100) * 100 + month).cast(pa.string()), width=4, padding="0"
        )
        return pc.binary_join_element_wise(prefix, pa.array(number).cast(pa.string()), ".")

    def day_of(self, paper_id: str) -> date | None:
        """Give the first listing date of a paper id, none when no such paper can be."""
        form = re.fullmatch(r"(\d\d)(\d\d)\.(\d+)", paper_id)
        if form is None or not 1 <= int(form[2]) <= 12:
            return None
        day_of_month = (int(form[3]) - FIRST_NUMBER) // self.numbers_a_day
        if not 0 <= day_of_month <= 30:
            return None
        return date(2000 + int(form[1]), int(form[2]), 1) + timedelta(days=day_of_month)


def _block(day: Integers, born: Integers, counts: Integers) -> Block:
    starts = np.cumsum(counts) - counts
    number = np.arange(int(counts.sum())) - np.repeat(starts, counts)
    born_of_each = np.repeat(np.asarray(born), counts)
    return Block(
        (born_of_each << DAY_BITS) | number, np.repeat(np.asarray(day), counts), born_of_each
    )


def days_between(first: date, last: date) -> Integers:
    """Day numbers from ``first`` to ``last``, both included."""
    return np.arange(day_number(first), day_number(last) + 1)


def date_of(day: int) -> date:
    """The date of a day number."""
    return FIRST_LISTING_DATE + timedelta(days=int(day))
