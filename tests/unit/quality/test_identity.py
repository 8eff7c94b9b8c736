"""The figures of identity, on cases counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks.quality.identity import b_cubed


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
