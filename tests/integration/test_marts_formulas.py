"""Formulas over many made-up papers, computed a second time in Python from simpler marts.

What does not belong here: cases small enough to write down (dbt's unit tests, ``small_lake.py``).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from statistics import median
from typing import Any

import duckdb
import pytest

from orchestration.settings import Settings

Z, GAMMA, PRIOR_PAPERS = 1.96, 1, 500


@pytest.fixture(scope="module")
def marts(demo_home: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build database of the demo days, read only."""
    with duckdb.connect(str(demo_home.build_database), read_only=True) as connection:
        yield connection


def rows(marts: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """What a query gives."""
    return marts.sql(sql).fetchall()


@pytest.fixture(scope="module")
def weeks(marts: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """Each topic's weeks: (week, papers, all papers, share, low, high, in burst, weight)."""
    by_topic = defaultdict(list)
    for topic, *week in rows(
        marts,
        "select topic, week_start_on, papers, all_papers, share, share_low, share_high, in_burst,"
        " burst_weight from topic_weeks order by topic, week_start_on",
    ):
        by_topic[topic].append(tuple(week))
    return by_topic


def test_weeks_count_papers_by_their_first_complete_day(
    marts: duckdb.DuckDBPyConnection, weeks: dict[str, list[tuple[Any, ...]]]
) -> None:
    first: dict[str, date] = {}
    for paper, day in rows(
        marts, "select paper_id, listing_date from paper_listings where is_complete_day"
    ):
        first[paper] = min(day, first.get(paper, day))
    week_of = {paper: day.toordinal() - day.weekday() for paper, day in first.items()}
    everything = Counter(week_of.values())
    counted = Counter(
        (topic, week_of[paper])
        for paper, topic in rows(marts, "select paper_id, topic from paper_topics")
        if paper in week_of
    )
    assert len(weeks) > 20
    for topic, line in weeks.items():
        assert [week.toordinal() for week, *_ in line] == sorted(everything)
        for week, papers, all_papers, *_ in line:
            assert papers == counted[topic, week.toordinal()]
            assert all_papers == everything[week.toordinal()]


def test_shares_lie_in_their_wilson_band(weeks: dict[str, list[tuple[Any, ...]]]) -> None:
    for line in weeks.values():
        for _, papers, n, share, low, high, *_ in line:
            p = papers / n
            middle = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
            half = Z * math.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
            assert share == pytest.approx(p)
            assert low == pytest.approx(max(middle - half, 0), abs=1e-12)
            assert high == pytest.approx(min(middle + half, 1), abs=1e-12)


def _cheapest_states(papers: list[int], everything: list[int]) -> tuple[list[int], list[float]]:
    """Viterbi with back pointers, as the textbook has it; states and each week's saving."""
    p0 = sum(papers) / sum(everything)
    rates = (p0, min(2 * p0, 0.9999))

    def cost(r: int, d: int, p: float) -> float:
        return -(math.log(math.comb(d, r)) + r * math.log(p) + (d - r) * math.log(1 - p))

    up = GAMMA * math.log(len(papers))
    best, came_from = [0.0, math.inf], []
    costs = [[cost(r, d, p) for p in rates] for r, d in zip(papers, everything, strict=True)]
    for week in costs:
        options = [[best[0], best[1]], [best[0] + up, best[1]]]
        came_from.append([min((0, 1), key=lambda state: options[to][state]) for to in (0, 1)])
        best = [min(options[to]) + week[to] for to in (0, 1)]
    state = 0 if best[0] <= best[1] else 1
    path = [state]
    for pointers in reversed(came_from[1:]):
        path.append(pointers[path[-1]])
    return path[::-1], [usual - burst for usual, burst in costs]


def test_bursts_are_the_viterbi_path(weeks: dict[str, list[tuple[Any, ...]]]) -> None:
    bursting = 0
    for line in weeks.values():
        papers, everything = [week[1] for week in line], [week[2] for week in line]
        if not 0 < sum(papers) < sum(everything):
            continue
        states, savings = _cheapest_states(papers, everything)
        assert [int(week[6]) for week in line] == states
        for at, week in enumerate(line):
            if states[at]:
                start, end = at, at
                while start and states[start - 1]:
                    start -= 1
                while end + 1 < len(states) and states[end + 1]:
                    end += 1
                assert week[7] == pytest.approx(sum(savings[start : end + 1]))
                bursting += 1
    assert bursting > 0


def test_special_topics_have_the_highest_z(marts: duckdb.DuckDBPyConnection) -> None:
    tags = rows(marts, "select paper_id, topic from paper_topics")
    pooled = Counter(topic for _, topic in tags)
    total = sum(pooled.values())
    papers_of = defaultdict(set)
    for paper, person in rows(marts, "select paper_id, author_id from paper_authors"):
        papers_of[person].add(paper)
    told = defaultdict(list)
    for person, topic, log_odds, z in rows(
        marts,
        "select entity_id, topic, log_odds, z from what_is_special where entity_kind = 'author'"
        " order by entity_id, rank",
    ):
        told[person].append((topic, log_odds, z))
    assert set(told) <= {person for person, papers in papers_of.items() if len(papers) >= 5}
    assert told
    for person, special in list(told.items())[:20]:
        here = Counter(topic for paper, topic in tags if paper in papers_of[person])
        n_i = sum(here.values())
        expected = {}
        for topic, y_i in here.items():
            a = PRIOR_PAPERS * pooled[topic] / total
            y_j, n_j = pooled[topic] - y_i, total - n_i
            delta = math.log((y_i + a) / (n_i + PRIOR_PAPERS - y_i - a)) - math.log(
                (y_j + a) / (n_j + PRIOR_PAPERS - y_j - a)
            )
            expected[topic] = (delta, delta / math.sqrt(1 / (y_i + a) + 1 / (y_j + a)))
        for topic, log_odds, z in special:
            assert (log_odds, z) == pytest.approx(expected[topic])
        highest = sorted((z for _, z in expected.values()), reverse=True)[:20]
        assert [z for *_, z in special] == pytest.approx(highest)


def test_people_add_up(marts: duckdb.DuckDBPyConnection) -> None:
    upvotes = dict(rows(marts, "select paper_id, upvotes from papers"))
    papers_of, people_of = defaultdict(list), defaultdict(set)
    for paper, person in rows(marts, "select paper_id, author_id from paper_authors"):
        papers_of[person].append(paper)
        people_of[paper].add(person)
    for person, papers, total, middle, h_index, coauthors in rows(
        marts,
        "select author_id, papers, upvotes_total, upvotes_median, hub_h_index, coauthors"
        " from authors",
    ):
        counts = sorted((upvotes[paper] for paper in papers_of[person]), reverse=True)
        assert papers == len(counts)
        assert total == sum(counts)
        assert middle == median(counts)
        assert h_index == sum(count >= place for place, count in enumerate(counts, start=1))
        others = set().union(*(people_of[paper] for paper in papers_of[person])) - {person}
        assert coauthors == len(others)


def test_rising_people_have_a_bound_above_one(marts: duckdb.DuckDBPyConnection) -> None:
    for recent, expected, bound, rising in rows(
        marts,
        "select recent_papers, expected_papers, rising_eb05, is_rising from authors"
        " where rising_eb05 is not null",
    ):
        o = recent + 1
        root = 1 - 1 / (9 * o) - 1.6449 * math.sqrt(1 / (9 * o))
        assert bound == pytest.approx(o * root**3 / (expected + 1))
        assert rising == (recent >= 2 and bound > 1)


def test_scores_are_fair_to_age_or_places_of_the_day(marts: duckdb.DuckDBPyConnection) -> None:
    days = defaultdict(list)
    for day, upvotes, score, method in rows(
        marts, "select listing_date, upvotes, score, score_method from paper_listings"
    ):
        days[day].append((upvotes, score, method))
    methods = Counter(method for day in days.values() for *_, method in day)
    assert methods["age fair"] > 0
    assert methods["rank on day"] > 0
    for day in days.values():
        counts = [upvotes for upvotes, *_ in day]
        for upvotes, score, method in day:
            if method == "rank on day":
                below = sum(count < upvotes for count in counts)
                place = below / (len(counts) - 1)
                assert score == pytest.approx((place - 0.5) * math.sqrt(12))
