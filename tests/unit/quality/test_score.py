"""The evaluation of the paper score on twelve made-up papers whose order is known."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pytest

from orchestration.settings import Settings
from tests.benchmarks.quality import score
from tests.benchmarks.quality.data import Data

# Paper n is listed on the 3rd, 4th or 5th, counted after 12 hours and after two weeks, when it has
# 10 n upvotes. Early on it has 20 - n: plain upvotes order the papers exactly the wrong way.
PAPERS = """
    create schema intermediate;
    create table intermediate.int_paper_ages as
    select n as paper_id, listed_on, hours as hours_since_listed,
        listed_on::timestamp + to_hours(hours) as observed_at,
        case when hours = 12 then 20 - n else 10 * n end as upvotes
    from (select n, date '{first_day}' + (n % 3)::int as listed_on from range(12) as t(n))
    cross join (values (12), (336)) as ages(hours);
    create table intermediate.int_paper_scores as
    select paper_id, observed_at, {early_score} as score
    from intermediate.int_paper_ages where hours_since_listed = 12;
"""


@pytest.fixture
def evaluate(settings: Settings) -> Callable[..., dict]:
    def with_scores(early_score: str, first_day: str = "2025-11-03") -> dict:
        with duckdb.connect(str(settings.work_database)) as connection:
            connection.execute(PAPERS.format(early_score=early_score, first_day=first_day))
        return score.evaluate(Data(settings, recorded=None))

    return with_scores


def test_a_score_that_knows_the_end_is_ahead_of_all(evaluate: Callable[..., dict]) -> None:
    found = evaluate("paper_id")
    assert found["spearman"] == {"f5": 1, "upvotes": -1, "hacker_news": -1}
    assert found["ndcg_at_10"]["f5"] == 1
    assert found["ndcg_at_10"]["upvotes"] < 1
    assert found["sample"] == {"months": 1, "papers": 12}


def test_the_headline_is_the_count_near_12_hours(evaluate: Callable[..., dict]) -> None:
    found = evaluate("paper_id")
    assert found["near_12_hours"]["reported"]["spearman"]["f5"]["mean"] == found["spearman"]["f5"]
    assert found["mixed_ages"]["reported"]["groups"] == 1


def test_a_score_of_the_early_upvotes_is_as_bad_as_they_are(evaluate: Callable[..., dict]) -> None:
    assert evaluate("-paper_id")["spearman"]["f5"] == -1


def test_days_that_were_tuned_on_are_not_reported(evaluate: Callable[..., dict]) -> None:
    found = evaluate("paper_id", first_day="2025-08-04")
    assert found["sample"]["months"] == 0
    for ages in ("near_12_hours", "mixed_ages"):
        assert found[ages]["reported"]["groups"] == 0
        assert found[ages]["tuned"]["groups"] == 1
        assert found[ages]["tuned"]["spearman"]["f5"]["mean"] == 1


def test_a_month_judged_after_the_tuning_was_not_tuned_on(evaluate: Callable[..., dict]) -> None:
    found = evaluate("paper_id", first_day="2025-09-15")
    assert found["near_12_hours"]["tuned"]["groups"] == 0
