"""What a step may cost: the goals that a report's figures are held against.

A missed goal is told, it fails nothing: the machine may be slow today. What does not belong here:
measuring, and ratios to peers, which the entries have already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tests.benchmarks.entries import GROWTH, RECORDED, Entry


@dataclass(frozen=True)
class Goal:
    """A bound of one cost of one step.

    Attributes:
        step: name of the entries it holds for.
        cost: which of their costs or facts.
        bound: its most, or its least.
        words: the goal as people say it.
        is_least: whether the bound is the least.
        a_million: the cost is that of a million papers at the step's speed.
        beside_smallest: the cost is that over the same at the smallest size measured.
        sizes: least and most papers of the entries it holds for.
    """

    step: str
    cost: str
    bound: float
    words: str
    is_least: bool = False
    a_million: bool = False
    beside_smallest: bool = False
    sizes: tuple[int, int] = (0, 10**10)

    def value(self, entry: Entry, smallest: Entry) -> float | None:
        """What is held against the bound."""
        value = entry.cost(self.cost)
        if value is None:
            return None
        if self.a_million:
            return value * 1_000_000 / entry.size
        if self.beside_smallest:
            least = smallest.cost(self.cost)
            return value / least if least and smallest is not entry else None
        return value


MARTS: Final = "marts by dbt"
BY_DLT: Final = "collect and build by dlt"
FEEDS: Final = "feeds of 100 searches"
DIGESTS: Final = "1,000 digests"
MILLION: Final = 1_000_000

GOALS: Final = (
    Goal(
        "generate",
        "seconds",
        60,
        "60 s a million papers",
        a_million=True,
        sizes=(MILLION // 10, 10**10),  # few papers cost what the files of any lake cost
    ),
    Goal(MARTS, "ratio", 1.3, "1.3 times the script by hand"),
    Goal("dbt models", "peak_rss_bytes", 4e9, "4 GB up to a million", sizes=(0, MILLION)),
    Goal("dbt models", "peak_rss_bytes", 10e9, "10 GB", sizes=(MILLION + 1, 10 * MILLION)),
    Goal(GROWTH + "dbt models", "ratio", 11, "11 times a million's", sizes=(10 * MILLION,) * 2),
    Goal(BY_DLT, "ratio", 3, "3 times Papertide's time", is_least=True),
    Goal(BY_DLT, "memory_ratio", 2, "twice Papertide's memory", is_least=True),
    Goal("one more day", "inner_seconds", 5, "5 s in dbt"),
    Goal("one more day", "inner_seconds", 1.5, "1.5 times the smallest", beside_smallest=True),
    Goal("refresh in a running process", "to_link_seconds", 12, "12 s to the link"),
    Goal("refresh from cold", "to_link_seconds", 12, "12 s to the link"),
    Goal("dashboard queries", "worst_p95_ms", 100, "p95 of 100 ms"),
    Goal(FEEDS, "seconds", 5, "5 s", sizes=(0, 20_000)),
    Goal(DIGESTS, "a_second", 200, "200 digests a second", is_least=True, sizes=(0, 20_000)),
    Goal("dashboard search", "worst_p95_ms", 150, "p95 of 150 ms"),
)


@dataclass(frozen=True)
class Verdict:
    """How a goal was met at one size."""

    goal: Goal
    size: int
    value: float
    is_met: bool


def verdicts(entries: Sequence[Entry]) -> Iterator[Verdict]:
    """Hold each entry that has a goal against it."""
    for goal in GOALS:
        named = (e for e in entries if e.name.removesuffix(RECORDED) == goal.step)
        found = sorted(named, key=lambda each: each.size)
        for entry in found:
            value = goal.value(entry, found[0])
            if value is not None and goal.sizes[0] <= entry.size <= goal.sizes[1]:
                is_met = value >= goal.bound if goal.is_least else value <= goal.bound
                yield Verdict(goal, entry.size, value, is_met)


def beside_limit(entry: Entry) -> Entry:
    """An entry without a peer beside its limit, if it has one."""
    if entry.against:
        return entry
    for goal in GOALS:
        holds = goal.step == entry.name and goal.sizes[0] <= entry.size <= goal.sizes[1]
        if holds and not goal.is_least and not goal.beside_smallest:
            value = goal.value(entry, entry)
            share = None if value is None else round(value / goal.bound, 3)
            return replace(entry, against=f"limit: {goal.words}", ratio=share)
    return entry
