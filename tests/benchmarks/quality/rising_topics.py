"""Back-test of the rising topics: would the topics shown as rising on a day have gone on rising?

Every two weeks, with only what was listed until then, each method orders the topics. A topic is a
hit when its share of the next 28 days is at least 1.5 times that of the baseline, with at least 3
papers. The product's order and F1 come from the product's own SQL (``as_known.py``); only the
rivals are computed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np

from tests.benchmarks.quality.as_known import AsKnown, compiled_nodes
from tests.benchmarks.quality.data import TUNED_BEFORE, Data
from tests.benchmarks.quality.ranking import Flags, Numbers, mean_and_interval, precision_at

RECENT, BASELINE, AHEAD, EVERY = 28, 168, 28, 14
HIT_TIMES, HIT_PAPERS = 1.5, 3
SIZE, GOAL = 20, 0.60
BLOCK = 2
"""Two neighbouring cuts share half of the days that judge them."""

DEFAULT, PUBLISHED = "forecast", "f1_k5"
WEEKS = RECENT // 7 + BASELINE // 7

COUNTED = """
    select
        rising.topic,
        rising.recent_papers,
        rising.expected_papers,
        rising.rising_eb05,
        rising.rising_score,
        coalesce(counted.baseline, 0) as baseline,
        coalesce(counted.ahead, 0) as ahead,
        counted.weeks

    from {rising} as rising
    left join (
        select
            topic,
            count(*) filter (where ago >= $recent and ago < $recent + $baseline) as baseline,
            count(*) filter (where ago < 0 and ago >= -$ahead) as ahead,
            list(ago // 7) filter (where ago >= 0 and ago < $recent + $baseline) as weeks

        from {found} as found
        inner join ({aged}) as aged on found.paper_id = aged.paper_id
        group by topic
    ) as counted on rising.topic = counted.topic
    order by rising.topic
"""
AGED = "select paper_id, date_diff('day', listed_on, $last_day) as ago from {first_listed}"


@dataclass(frozen=True)
class Cut:
    """What a day knew of each topic, and what came after.

    Arrays of one length, one item a topic; ``weekly`` is topics by weeks, the newest last, and
    ``totals`` holds all papers of the recent, baseline and later days and of each week.
    """

    on: date
    recent: Numbers
    expected: Numbers
    baseline: Numbers
    eb05: Numbers
    score: Numbers
    weekly: Numbers
    ahead: Numbers
    totals: tuple[int, int, int]
    weekly_totals: Numbers

    @property
    def hits(self) -> Flags:
        """Which topics went on rising."""
        _, baseline, ahead = self.totals
        share = self.ahead / max(ahead, 1)
        before = self.baseline / max(baseline, 1)
        return np.asarray((self.ahead >= HIT_PAPERS) & (share >= HIT_TIMES * before))


def evaluate(data: Data) -> dict[str, Any]:
    """Precision at 20 of the product's order and its rivals, on the days after those tuned on."""
    nodes = compiled_nodes(data.settings.dbt_target / "manifest.json")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{data.settings.work_database}' as built (read_only)")
        known = AsKnown(connection, nodes)
        cuts = back_test(known)
        hindsight = back_test(known, is_dictionary_known=False)
    reported = [cut for cut in cuts if cut.on >= TUNED_BEFORE]
    tuned = [cut for cut in cuts if cut.on + timedelta(days=AHEAD) <= TUNED_BEFORE]
    found = summary(reported)
    return {
        "precision_at_20": {name: each["mean"] for name, each in found["methods"].items()},
        "sample": {"cuts": len(reported), "judged_topics": len(reported) * SIZE},
        "default": DEFAULT,
        "goal": GOAL,
        "reported": found,
        "tuned": summary(tuned),
        "all": summary(cuts),
        "dictionary_of_all_days": summary(hindsight),
    }


def back_test(
    known: AsKnown, *, is_dictionary_known: bool = True, until: date = date.max
) -> list[Cut]:
    """Every cut that has a whole baseline before, four weeks after, and enough topics to list."""
    everything = known.built("int_papers__first_listed")
    first, last = known.connection.sql(
        f"select min(listed_on), max(listed_on) from {everything}"
    ).fetchall()[0]
    cuts, on = [], first + timedelta(days=RECENT + BASELINE)
    while on <= min(until, last - timedelta(days=AHEAD - 1)):
        known.stand_on(on - timedelta(days=1), is_dictionary_known=is_dictionary_known)
        cut = _cut(known, on, everything)
        if np.count_nonzero(cut.recent) >= SIZE:
            cuts.append(cut)
        on += timedelta(days=EVERY)
    return cuts


def _cut(known: AsKnown, on: date, everything: str) -> Cut:
    run = known.connection.execute
    listed = known.table("int_papers__first_listed")
    last_day = run(f"select max(listed_on) from {listed}").fetchall()[0][0]
    windows = {"recent": RECENT, "baseline": BASELINE, "ahead": AHEAD, "last_day": last_day}
    aged = AGED.format(first_listed=everything)
    ages = run(f"select ago from ({aged})", {"last_day": last_day}).fetchnumpy()["ago"]
    sql = COUNTED.format(
        rising=known.table("int_topics__rising"),
        found=known.built("int_topics__found"),
        aged=aged,
    )
    rows = run(sql, windows).fetchnumpy()
    week_of = np.arange(WEEKS - 1, -1, -1)
    weekly = [np.bincount(weeks, minlength=WEEKS)[week_of] for weeks in rows["weeks"]]
    totals = (
        int(np.count_nonzero((ages >= 0) & (ages < RECENT))),
        int(np.count_nonzero((ages >= RECENT) & (ages < RECENT + BASELINE))),
        int(np.count_nonzero((ages < 0) & (ages >= -AHEAD))),
    )
    all_weeks = ages[(ages >= 0) & (ages < RECENT + BASELINE)] // 7
    return Cut(
        on,
        recent=_column(rows["recent_papers"]),
        expected=_column(rows["expected_papers"]),
        baseline=_column(rows["baseline"]),
        eb05=_column(rows["rising_eb05"]),
        score=_column(rows["rising_score"], -np.inf),
        weekly=np.array(weekly, dtype=float).reshape(-1, WEEKS),
        ahead=_column(rows["ahead"]),
        totals=totals,
        weekly_totals=np.bincount(all_weeks, minlength=WEEKS)[week_of].astype(float),
    )


def _column(values: Any, null: float = 0) -> Numbers:
    return np.asarray(np.ma.filled(values, null), dtype=float)


def orders(cut: Cut) -> dict[str, Numbers]:
    """The score of each topic by each method; minus infinity is not listed at all."""
    enough = cut.recent >= HIT_PAPERS
    return {
        DEFAULT: np.where(enough, cut.score, -np.inf),
        PUBLISHED: cut.eb05,
        "f1_k1": _f1(cut, 1),
        "raw_growth": np.where(enough, cut.recent / np.maximum(cut.expected, 1e-9), -np.inf),
        "ewma": np.where(enough, _ewma(cut), -np.inf),
        "wilson": _wilson(cut.recent, cut.totals[0], -1)
        / np.maximum(_wilson(cut.baseline, cut.totals[1], 1), 1e-12),
    }


def summary(cuts: list[Cut]) -> dict[str, Any]:
    """Mean precision at 20 of each method over cuts, with intervals, sizes and the base rate."""
    if not cuts:
        return {"cuts": 0, "methods": {}}
    values: dict[str, list[float]] = {}
    for cut in cuts:
        for name, scores in orders(cut).items():
            values.setdefault(name, []).append(precision_at(scores, cut.hits, SIZE))
    ahead = [a - b for a, b in zip(values[DEFAULT], values[PUBLISHED], strict=True)]
    return {
        "cuts": len(cuts),
        "first_cut_on": cuts[0].on.isoformat(),
        "last_cut_on": cuts[-1].on.isoformat(),
        "topics_per_cut": round(float(np.mean([len(cut.recent) for cut in cuts]))),
        "papers_per_28_days": round(float(np.mean([cut.totals[0] for cut in cuts]))),
        "base_rate": round(float(np.mean([cut.hits.mean() for cut in cuts])), 3),
        "best_possible": mean_and_interval([min(cut.hits.sum() / SIZE, 1) for cut in cuts], BLOCK),
        "methods": {name: mean_and_interval(each, BLOCK) for name, each in values.items()},
        "forecast_ahead_of_f1_k5": mean_and_interval(ahead, BLOCK),
    }


def _f1(cut: Cut, prior: float) -> Numbers:
    seen = cut.recent + prior
    bound = (1 - 1 / (9 * seen) - 1.6449 * np.sqrt(1 / (9 * seen))) ** 3
    return np.asarray(seen * bound / (cut.expected + prior))


def _ewma(cut: Cut) -> Numbers:
    """Distance of the moving mean of four weeks from the baseline's weeks, in their deviations."""
    shares = cut.weekly / np.maximum(cut.weekly_totals, 1)
    moving = shares[:, 0]
    for week in shares.T[1:]:
        moving = moving + 2 / (4 + 1) * (week - moving)
    before = shares[:, : -(RECENT // 7)]
    one_paper = 1 / max(cut.totals[0], 1)
    return np.asarray((moving - before.mean(axis=1)) / (before.std(axis=1) + one_paper))


def _wilson(part: Numbers, whole: int, side: int) -> Numbers:
    z, p, n = 1.96, part / max(whole, 1), max(whole, 1)
    spread = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return np.asarray((p + z * z / (2 * n) + side * spread) / (1 + z * z / n))
