"""The right answers about a made-up hub: what a mart should find, known without counting.

What does not belong here: measuring how well something finds them.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.demo.claims import CLAIMS
from orchestration.demo.days import EPOCH_DAY, Block, day_number
from orchestration.demo.draws import Floats, Integers
from orchestration.demo.generator import DemoHub
from orchestration.demo.topics import TOPIC_NAMES, TOPICS

RECENT_DAYS, BASELINE_DAYS = 28, 168


class Truth:
    """Truths about one made-up hub."""

    def __init__(self, hub: DemoHub) -> None:
        self.hub = hub

    def rising_ratios(self, on: date) -> dict[str, float]:
        """Give for each topic how its expected share of the last 28 days, up to ``on``, compares
        with that of the 168 days before: 1 is steady, 2 twice as frequent.
        """
        last = day_number(on)
        recent = self._mean_share(np.arange(last - RECENT_DAYS + 1, last + 1))
        before = self._mean_share(
            np.arange(last - RECENT_DAYS - BASELINE_DAYS + 1, last - RECENT_DAYS + 1)
        )
        return dict(zip(TOPICS, (recent / before).tolist(), strict=True))

    def topic_days(self, days: Integers) -> pa.Table:
        """Columns ``topic``, ``day``, ``share``: expected share of the topic draws of each day."""
        shares = self.hub.papers.topics.shares(days)
        topic = np.tile(np.arange(len(TOPICS)), len(days))
        day = pa.array((np.repeat(days, len(TOPICS)) + EPOCH_DAY).astype(np.int32))
        return pa.table(
            {
                "topic": TOPIC_NAMES.take(pa.array(topic)),
                "day": day.cast(pa.date32()),
                "share": pa.array(shares.ravel()),
            }
        )

    def bursts(self, first: date, last: date) -> pa.Table:
        """Columns ``topic``, ``start_on``, ``end_on`` of the bursts planted between two days."""
        found = self.hub.papers.topics.bursts(first, last)
        return pa.Table.from_pylist(
            [vars(burst) for burst in found],
            schema=pa.schema(
                [("topic", pa.string()), ("start_on", pa.date32()), ("end_on", pa.date32())]
            ),
        )

    def mentions(self, block: Block) -> pa.Table:
        """Who is meant by each author line.

        Columns ``paper_id``, ``position`` (1-based), ``person`` (null for a team) and
        ``hub_username`` (the person's own, whether or not the listing shows it).
        """
        mentions = self.hub.papers.mentions(block)
        people = self.hub.papers.people
        person = np.maximum(mentions.person, 0)
        is_person = mentions.person >= 0
        has_username = is_person & people.has_username(person)
        return pa.table(
            {
                "paper_id": self._paper_ids(block).take(pa.array(mentions.paper)),
                "position": pa.array(mentions.position + 1),
                "person": pa.array(person, mask=~is_person),
                "hub_username": pc.if_else(pa.array(has_username), people.usernames(person), None),
            }
        )

    def scale_claims(self, block: Block) -> pa.Table:
        """Columns ``paper_id``, ``phrase``, ``claim_value``, ``unit``: one row a value claimed."""
        claims = self.hub.papers.texts.claims(block.key)
        having = np.flatnonzero(claims >= 0)
        found = [CLAIMS[place] for place in claims[having]]
        values = [len(claim.values) for claim in found]
        return pa.table(
            {
                "paper_id": self._paper_ids(block).take(pa.array(np.repeat(having, values))),
                "phrase": [claim.phrase for claim in found for _ in claim.values],
                "claim_value": [value for claim in found for value in claim.values],
                "unit": [claim.unit for claim in found for _ in claim.values],
            }
        )

    def _paper_ids(self, block: Block) -> pa.Array:
        return self.hub.papers.calendar.paper_ids(block)

    def _mean_share(self, days: Integers) -> Floats:
        weights = self.hub.papers.calendar.weights(days)
        return np.average(self.hub.papers.topics.shares(days), axis=0, weights=weights)
