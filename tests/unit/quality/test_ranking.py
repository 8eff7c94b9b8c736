"""Measures of an order, against values counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks.quality.page import page
from tests.benchmarks.quality.ranking import mean_and_interval, ndcg_at, precision_at, spearman


def test_precision_counts_hits_among_the_best() -> None:
    scores = np.array([0.1, 0.9, 0.5, 0.7])
    hits = np.array([True, True, False, False])
    assert precision_at(scores, hits, 1) == 1
    assert precision_at(scores, hits, 2) == 0.5
    assert precision_at(scores, hits, 4) == 0.5


def test_a_short_list_is_filled_with_misses() -> None:
    scores = np.array([1.0, -np.inf, -np.inf])
    assert precision_at(scores, np.array([True, True, True]), 4) == 0.25


def test_ndcg_discounts_by_place() -> None:
    gains = np.array([3.0, 1.0])
    assert ndcg_at(np.array([2.0, 1.0]), gains, 10) == 1
    swapped = (1 + 3 / np.log2(3)) / (3 + 1 / np.log2(3))
    assert ndcg_at(np.array([1.0, 2.0]), gains, 10) == pytest.approx(swapped)


def test_spearman_looks_at_ranks_only() -> None:
    final = np.array([1.0, 10.0, 1000.0])
    assert spearman(np.array([1.0, 2.0, 3.0]), final) == pytest.approx(1)
    assert spearman(np.array([3.0, 2.0, 1.0]), final) == pytest.approx(-1)
    assert spearman(np.array([1.0, 1.0, 1.0]), final) == 0


def test_interval_is_wide_where_values_differ() -> None:
    assert mean_and_interval([0.5] * 8, 2) == {"mean": 0.5, "low": 0.5, "high": 0.5}
    wide = mean_and_interval([0.0, 1.0] * 20, 1)
    assert wide["mean"] == 0.5
    assert wide["low"] < 0.4
    assert wide["high"] > 0.6


def test_page_shows_every_figure() -> None:
    text = page(
        {
            "listings": "made up",
            "score": {
                "spearman": {"f5": 0.81, "upvotes": 0.8},
                "reported": {"ndcg": {"f5": {"mean": 0.9, "low": 0.8, "high": 0.95}}},
                "claims": [{"text": "1B | 2B"}],
            },
        }
    )
    for piece in ("- listings: made up", "## score", "| f5 | 0.81 |", "0.9 (95 %: 0.8 to 0.95)"):
        assert piece in text
    assert "1B \\| 2B" in text
