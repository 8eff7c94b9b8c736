"""Topics: Zipf popularity, and planted trends and bursts of known dates.

Each topic's share of the draws is a pure function of the day, so what is rising on a date can be
computed, not only counted (``truth.py``). What does not belong here: how a topic gets into a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from orchestration.demo.draws import Draws, Floats, Integers
from orchestration.settings import FIRST_LISTING_DATE

_QUALITIES = (
    "sparse latent visual multimodal long-context causal hierarchical embodied temporal spatial "
    "discrete adaptive contrastive graph-based low-rank cross-lingual audio-visual multi-agent "
    "streaming personalized verifiable uncertainty-aware modular few-shot dense recurrent "
    "convolutional autoregressive bidirectional symbolic probabilistic variational adversarial "
    "federated decentralized asynchronous energy-based score-based flow-based retrieval-augmented "
    "tool-augmented memory-augmented preference-based reward-free offline continual lifelong "
    "zero-shot open-vocabulary open-ended fine-grained coarse-to-fine multi-scale multi-view "
    "multi-task multi-turn multi-hop cross-domain cross-modal domain-adaptive test-time "
    "training-free gradient-free label-free self-supervised semi-supervised weakly-supervised "
    "evolutionary neuro-symbolic physics-informed geometry-aware structure-aware "
    "privacy-preserving robust interpretable mechanistic compositional procedural interactive "
    "collaborative hybrid pruned binary ternary mixed-precision hardware-aware on-device "
    "real-time high-resolution egocentric panoramic volumetric articulated deformable dexterous "
    "bimanual humanoid aerial underwater medical clinical molecular genomic legal financial "
    "scientific mathematical dialectal musical"
)
_SUBJECTS = (
    "attention,diffusion,reasoning,grounding,retrieval,distillation,quantization,"
    "alignment,planning,tokenization,segmentation,speech synthesis,code generation,"
    "world model,reward model,preference learning,tool use,video generation,"
    "scene reconstruction,memory compression,curriculum learning,instruction tuning,"
    "policy optimization,data selection,model merging,question answering,image editing,"
    "motion capture,depth estimation,pose tracking,object detection,optical flow,"
    "knowledge editing,prompt tuning,sequence modeling,theorem proving,table understanding,"
    "document parsing,language model,vision transformer"
)
_COUNT = 600


def _vocabulary() -> list[str]:
    """Pair each quality with a few subjects: like real topics, most have one rare word."""
    qualities, subjects = _QUALITIES.split(), _SUBJECTS.split(",")
    topics = []
    for rank in range(_COUNT):
        turn, place = divmod(rank, len(qualities))
        topics.append(f"{qualities[place]} {subjects[(rank * 7 + turn) % len(subjects)]}")
    return topics


TOPICS = _vocabulary()
"""Every topic, most popular first."""
TOPIC_NAMES = pa.array(TOPICS)
SPELLINGS = pa.array(
    [
        spelling
        for topic in TOPICS
        for spelling in (
            topic,
            topic.replace("-", " "),
            topic.title(),
            f"{topic}s" if topic.endswith(("model", "transformer")) else topic,
        )
    ]
)
"""Four spellings of each topic: one topic once case, hyphens and plurals are folded."""

BURST_EVERY_DAYS, BURST_DAYS, BURST_TIMES = 280, 42, 6.0
NEWCOMER_EVERY_DAYS, NEWCOMER_RISE_DAYS = 35, 70
_RANKS = np.arange(len(TOPICS))
IS_BURSTING = (_RANKS % 9 == 5) & (_RANKS >= 20)
IS_NEWCOMER = (_RANKS % 9 == 8) & (_RANKS >= 20)


@dataclass(frozen=True)
class Burst:
    """From ``start_on`` until before ``end_on`` the topic is several times as frequent."""

    topic: str
    start_on: date
    end_on: date


class Topics:
    """The topics' shares day by day for one seed."""

    def __init__(self, draws: Draws) -> None:
        self.draws = draws
        self._base = 1 / (_RANKS + 3.0) ** 0.8
        self._phase = draws.below(BURST_EVERY_DAYS, "burst phase", _RANKS)
        newcomers = np.cumsum(IS_NEWCOMER) - 1
        self._born = np.where(IS_NEWCOMER, newcomers * NEWCOMER_EVERY_DAYS, -10_000)

    def shares(self, day: Integers) -> Floats:
        """Share of each topic on each day (days since the first listing date): days by topics."""
        day = np.asarray(day)[:, None]
        in_burst = IS_BURSTING & ((day + self._phase) % BURST_EVERY_DAYS < BURST_DAYS)
        age = np.clip((day - self._born) / NEWCOMER_RISE_DAYS, 0, 1)
        grown = np.where(IS_NEWCOMER, 0.02 + 2.5 * age**2, 1.0)
        weights = self._base * grown * np.where(in_burst, BURST_TIMES, 1.0)
        return np.asarray(weights / weights.sum(axis=1, keepdims=True))

    def draw(self, day: Integers, key: Integers, stream: str) -> Integers:
        """Draw a topic for each paper, by the shares of its day."""
        drawn = self.draws.uniform(stream, key)
        order = np.argsort(day, kind="stable")
        days, starts = np.unique(day[order], return_index=True)
        picked = np.empty(len(day), dtype=np.int64)
        steps_of_days = np.cumsum(self.shares(days), axis=1)
        for steps, places in zip(steps_of_days, np.split(order, starts)[1:], strict=True):
            picked[places] = np.searchsorted(steps, drawn[places], side="right")
        return np.minimum(picked, len(TOPICS) - 1)

    def bursts(self, first: date, last: date) -> list[Burst]:
        """Planted bursts that overlap the days from ``first`` to ``last``."""
        found = []
        span = ((first - FIRST_LISTING_DATE).days, (last - FIRST_LISTING_DATE).days)
        for rank in np.flatnonzero(IS_BURSTING):
            start = -int(self._phase[rank])
            for begin in range(start, span[1] + 1, BURST_EVERY_DAYS):
                if begin + BURST_DAYS > span[0]:
                    start_on = FIRST_LISTING_DATE + timedelta(days=begin)
                    end_on = start_on + timedelta(days=BURST_DAYS)
                    found.append(Burst(TOPICS[rank], start_on, end_on))
        return found
