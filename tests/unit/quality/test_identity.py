"""The figures of identity, on cases counted by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.benchmarks.quality.identity import LEAST_SAMPLE, Judge, b_cubed, headline
from tests.benchmarks.quality.identity_tuning import fitted


def test_b_cubed_counts_each_mention() -> None:
    # Person 1 has three mentions, two found together and one with person 2's only mention.
    precision, recall = b_cubed([1, 1, 1, 2], ["x", "x", "y", "y"])
    assert precision.tolist() == [1, 1, 0.5, 0.5]
    assert recall == pytest.approx([2 / 3, 2 / 3, 1 / 3, 1])


def test_one_person_for_all_has_full_recall() -> None:
    precision, recall = b_cubed(["a", "b", "b", "c"], ["x"] * 4)
    assert np.mean(recall) == 1
    assert np.mean(precision) == pytest.approx((1 + 2 + 2 + 1) / 16)


def test_a_person_for_each_mention_has_full_precision() -> None:
    precision, recall = b_cubed(["a", "b", "b", "c"], ["w", "x", "y", "z"])
    assert np.mean(precision) == 1
    assert np.mean(recall) == pytest.approx((1 + 0.5 + 0.5 + 1) / 4)


def test_every_mention_counts_when_a_few_are_told() -> None:
    # "li" is borne by 1 and 2; told are the mentions of person 2, one of which is found with 1.
    judge = Judge([1, 1, 2, 2], ["li", "li", "li", "li m"])
    told = judge.figures(["x", "x", "x", "y"], ["x"] * 4, np.array([False, False, True, True]))
    assert told["b3_precision"] == pytest.approx((1 / 3 + 1) / 2, abs=1e-4)
    assert told["b3_recall"] == 0.5
    assert (told["shared_names_precision"], told["shared_names_recall"]) == (0.3333, 0.5)
    assert (told["sample_size"], told["shared_names"], told["shared_names_sample_size"]) == (
        2,
        1,
        1,
    )


def test_the_headline_takes_few_shared_names_from_all_days() -> None:
    def block(value: float, size: int) -> dict[str, Any]:
        scores = {"b3_f1": value, "shared_names_precision": value}
        return {**scores, "baseline": scores, "shared_names_sample_size": size}

    few = headline(block(0.9, LEAST_SAMPLE - 1), block(0.5, 1000))
    assert (few["b3_f1"], few["baseline"]["b3_f1"]) == (0.9, 0.9)
    assert (few["shared_names_precision"], few["shared_names_sample_size"]) == (0.5, 1000)
    assert few["baseline"]["shared_names_precision"] == 0.5
    enough = headline(block(0.9, LEAST_SAMPLE), block(0.5, 1000))
    assert enough["shared_names_precision"] == 0.9


def test_weights_are_those_that_made_the_pairs() -> None:
    rng = np.random.default_rng(1)
    log_namesakes, shares = rng.uniform(-7, 1, 40_000), rng.random(40_000) < 0.5
    odds = 0.7 - 0.5 * log_namesakes + 1.5 * shares
    pairs = {
        "log_namesakes": log_namesakes,
        "shares_coauthor": shares,
        "is_same": rng.random(40_000) < 1 / (1 + np.exp(-odds)),
        "weight": np.ones(40_000),
    }
    assert fitted(pairs) == pytest.approx((0.7, 0.5, 1.5), abs=0.15)
