"""How good an order is, and how sure we are. What does not belong here: where orders come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats  # type: ignore[import-untyped]

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

DRAWS, SEED = 2000, 20251001


def precision_at(scores: Numbers, hits: Flags, size: int) -> float:
    """Share of hits among the ``size`` best; a shorter list is filled up with misses.

    A score of minus infinity means that the method would not list the item at all.
    """
    best = np.argsort(-scores, kind="stable")[:size]
    return float(hits[best][scores[best] > -np.inf].sum() / size)


def ndcg_at(scores: Numbers, gains: Numbers, size: int) -> float:
    """Gain of the ``size`` best, discounted by their places, against the best possible order."""
    discounts = 1 / np.log2(np.arange(2, min(size, len(gains)) + 2))
    gained = gains[np.argsort(-scores, kind="stable")[:size]] @ discounts
    return float(gained / (np.sort(gains)[::-1][:size] @ discounts))


def spearman(scores: Numbers, gains: Numbers) -> float:
    """Correlation of the ranks, ties sharing theirs; 0 when one side is all ties."""
    if np.ptp(scores) == 0 or np.ptp(gains) == 0:
        return 0.0
    return float(stats.spearmanr(scores, gains).statistic)


def mean_and_interval(values: Sequence[float], block: int) -> dict[str, Any]:
    """The mean with its 95 % interval, by a bootstrap over blocks of neighbours.

    Neighbouring values share data (their windows overlap), so whole blocks are drawn.
    """
    values_ = np.asarray(values, dtype=float)
    if not len(values_):
        return {"mean": None, "low": None, "high": None}
    blocks = -(-len(values_) // block)
    starts = np.random.default_rng(SEED).integers(0, len(values_), (DRAWS, blocks))
    places = (starts[:, :, None] + np.arange(block)) % len(values_)
    means = values_[places.reshape(DRAWS, -1)[:, : len(values_)]].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return {
        name: round(float(v), 3)
        for name, v in zip(("mean", "low", "high"), (values_.mean(), low, high), strict=True)
    }
