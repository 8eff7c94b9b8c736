"""Does the paper score see at 12 hours what is liked at day 14? Its order against upvotes then.

The question's own figures, ``spearman`` and ``ndcg_at_10``, are of the papers as counted near
12 hours, a month's together: all are about equally old, and among equally old papers the score
orders as plain upvotes do, so the two can hardly differ there. What the score is for is a listing
of mixed ages, as the dashboard shows it (``mixed_ages``): on each evening the papers listed in the
last seven days, each by what was last counted of it. Only papers counted again near day 14 can be
judged, and those who counted looked mostly at popular ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np

from tests.benchmarks.quality.data import TUNED_BEFORE, Data
from tests.benchmarks.quality.ranking import Numbers, mean_and_interval, ndcg_at, spearman

SIZE, LEAST = 10, 10
DEFAULT = "f5"
GRAVITY = 1.8

Group = tuple[date, dict[str, Numbers]]
"""When papers are ordered together, and their columns."""

# Upvotes at the count nearest to day 14, between day 10 and day 21.
SETTLED = """
    select paper_id, listed_on, min_by(upvotes, abs(hours_since_listed - 336)) as final_upvotes,
        min(observed_at) as settled_at
    from intermediate.int_paper_ages
    where hours_since_listed between 240 and 504 and upvotes is not null
    group by paper_id, listed_on
"""
COUNTED = """
    select ages.paper_id, ages.listed_on, ages.observed_at, ages.hours_since_listed as hours,
        ages.upvotes, scores.score, settled.final_upvotes, settled.settled_at
    from intermediate.int_paper_ages as ages
    inner join intermediate.int_paper_scores as scores
        on ages.paper_id = scores.paper_id and ages.observed_at = scores.observed_at
    inner join settled
        on ages.paper_id = settled.paper_id and ages.listed_on = settled.listed_on
    where ages.hours_since_listed >= 0
"""
EVENINGS = """
    select evening as grouped_on, max_by(paper_id, observed_at) as paper_id,
        max_by(columns(['hours', 'upvotes', 'score', 'final_upvotes']), observed_at)
    from counted
    inner join (
        select unnest(generate_series(
            (select min(listed_on) from counted), (select max(listed_on) from counted),
            interval 1 day
        )) + interval 18 hour as evening
    ) on observed_at <= evening and settled_at > evening
        and evening - listed_on <= interval 7 day
    group by evening, counted.paper_id, listed_on
"""
NEAR_12_HOURS = """
    select date_trunc('month', listed_on) as grouped_on, paper_id,
        min_by(columns(['hours', 'upvotes', 'score', 'final_upvotes']), abs(hours - 12))
    from counted
    where hours between 4 and 24
    group by paper_id, listed_on
"""


def evaluate(data: Data) -> dict[str, Any]:
    """Spearman and NDCG@10 of the score, plain upvotes and Hacker News' formula."""
    with data.work() as connection:
        mornings, evenings = groups(connection)
    near = report(mornings, days=31, block=1)
    mixed = report(evenings, days=1, block=7)
    found = near["reported"]
    return {
        "spearman": _means(found, "spearman"),
        "ndcg_at_10": _means(found, "ndcg_at_10"),
        "sample": {"months": found["groups"], "papers": found["papers"]},
        "default": DEFAULT,
        "near_12_hours": near,
        "mixed_ages": mixed,
    }


def groups(connection: duckdb.DuckDBPyConnection) -> tuple[list[Group], list[Group]]:
    """Papers ordered together: those of a month near 12 hours, those of an evening."""
    connection.execute(f"create temp table settled as {SETTLED}")
    connection.execute(f"create temp table counted as {COUNTED}")
    return list(_groups(connection, NEAR_12_HOURS)), list(_groups(connection, EVENINGS))


def report(groups: list[Group], days: int, block: int) -> dict[str, Any]:
    """Summaries of the reported and the tuned groups, each of so many days, and of all."""
    judged_after = timedelta(days=days - 1 + 21)
    return {
        "reported": summary([g for g in groups if g[0] >= TUNED_BEFORE], block),
        "tuned": summary([g for g in groups if g[0] + judged_after <= TUNED_BEFORE], block),
        "all": summary(groups, block),
    }


def orders(columns: dict[str, Numbers]) -> dict[str, Numbers]:
    """The score of each paper by each method."""
    return {
        DEFAULT: columns["score"],
        "upvotes": columns["upvotes"],
        "hacker_news": columns["upvotes"] / (columns["hours"] + 2) ** GRAVITY,
    }


def summary(groups: list[Group], block: int) -> dict[str, Any]:
    """Mean over groups of papers that are ordered together, with intervals and sizes."""
    values: dict[str, dict[str, list[float]]] = {"spearman": {}, "ndcg_at_10": {}}
    ahead: dict[str, list[float]] = {}
    for _, columns in groups:
        final = columns["final_upvotes"]
        for name, scores in orders(columns).items():
            values["spearman"].setdefault(name, []).append(spearman(scores, final))
            values["ndcg_at_10"].setdefault(name, []).append(ndcg_at(scores, final, SIZE))
    for name, each in values["spearman"].items():
        if name != DEFAULT:
            pairs = zip(values["spearman"][DEFAULT], each, strict=True)
            ahead[name] = [a - b for a, b in pairs]
    return {
        "groups": len(groups),
        "papers": len({paper for _, columns in groups for paper in columns["paper_id"]}),
        "ordered": sum(len(columns["paper_id"]) for _, columns in groups),
        **{
            measure: {name: mean_and_interval(each, block) for name, each in methods.items()}
            for measure, methods in values.items()
        },
        "spearman_ahead_of": {name: mean_and_interval(each, block) for name, each in ahead.items()},
    }


def _groups(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[Group]:
    rows = connection.sql(f"select * from ({sql}) order by grouped_on, paper_id").fetchnumpy()
    days = rows.pop("grouped_on").astype("datetime64[D]")
    for day in np.unique(days):
        chosen = days == day
        if chosen.sum() >= LEAST:
            yield day.item(), {name: values[chosen] for name, values in rows.items()}


def _means(found: dict[str, Any], measure: str) -> dict[str, float | None]:
    return {name: each["mean"] for name, each in found[measure].items()}
