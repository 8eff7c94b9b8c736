"""Titles, abstracts and keywords, put together by the column.

A text is a sequence of picked parts around the paper's topics, so a million of them are made by
Arrow at the speed of copying. What does not belong here: the words (``sentences.py``), and which
topics a paper has (``papers.py``).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.demo import sentences
from orchestration.demo.claims import CLAIM_SHARE, CLAIMS
from orchestration.demo.draws import Draws, Integers
from orchestration.demo.topics import SPELLINGS, TOPIC_NAMES

ODD_TITLE_SHARE = 1 / 150


class Texts:
    """Texts of papers, from their keys and topics."""

    def __init__(self, draws: Draws) -> None:
        self.draws = draws

    def methods(self, key: Integers) -> pa.Array:
        """Give the invented name of each paper's method."""
        return self._one_of(sentences.METHODS, "method", key)

    def titles(self, key: Integers, topics: list[Integers]) -> pa.Array:
        """Compose titles, white space already folded; a few are odd on purpose."""
        form = self.draws.below(len(sentences.TITLES), "title", key)
        before, between, after = (_part(sentences.TITLES, place, form) for place in range(3))
        first, second = (pc.utf8_title(TOPIC_NAMES.take(pa.array(topic))) for topic in topics[:2])
        plain = pc.binary_join_element_wise(
            self.methods(key), before, first, between, second, after, ""
        )
        odd = self._one_of(sentences.ODD_TITLES, "odd title", key)
        return pc.if_else(
            pa.array(self.draws.chance(ODD_TITLE_SHARE, "is odd title", key)), odd, plain
        )

    def claims(self, key: Integers) -> Integers:
        """Give each paper's place in :data:`CLAIMS`, -1 without a claim."""
        claim = self.draws.below(len(CLAIMS), "claim", key)
        return np.where(self.draws.chance(CLAIM_SHARE, "has claim", key), claim, -1)

    def abstracts(self, key: Integers, topics: list[Integers]) -> pa.Array:
        """Compose abstracts of ten sentences that name each of the paper's three topics."""
        first, second, third = (TOPIC_NAMES.take(pa.array(topic)) for topic in topics)
        claim = self.claims(key)
        phrases = pa.array([each.phrase for each in CLAIMS]).take(pa.array(np.maximum(claim, 0)))
        number = self._one_of(sentences.NUMBERS, "number", key)
        claiming = pc.binary_join_element_wise(*self._sentence("CLAIMING", key, phrases), "")
        other = pc.binary_join_element_wise(*self._sentence("NOT_CLAIMING", key, ""), "")
        return pc.binary_join_element_wise(
            *self._sentence("CONTEXT", key, first),
            *self._sentence("PROBLEM", key, second),
            *self._sentence("EARLIER", key, self._collection("earlier", key)),
            *self._sentence("METHOD", key, self.methods(key)),
            *self._sentence("HOW", key, third),
            *self._sentence("DETAIL", key, self._collection("detail", key)),
            pc.if_else(pa.array(claim >= 0), claiming, other),
            *self._sentence("RESULTS", key, number),
            *self._sentence("COMPARED", key, self._collection("compared", key)),
            *self._sentence("CLOSING", key, ""),
            "",
        )

    def summaries(self, key: Integers, topics: list[Integers]) -> pa.Array:
        """Give the one-sentence summaries the hub adds."""
        first, second = (TOPIC_NAMES.take(pa.array(topic)) for topic in topics[:2])
        return pc.binary_join_element_wise(
            self.methods(key), " combines ", first, " with ", second, ".", ""
        )

    def keywords(self, key: Integers, topics: list[Integers]) -> pa.ListArray:
        """Give the hub's keywords: each topic in one of its spellings, and the method's name."""
        width = len(topics) + 1
        columns = [
            SPELLINGS.take(pa.array(topic * 4 + self._spelling(key, place)))
            for place, topic in enumerate(topics)
        ]
        flat = pa.concat_arrays([*columns, self.methods(key)])
        order = np.arange(width * len(key)).reshape(width, -1).T.ravel()
        offsets = pa.array(np.arange(len(key) + 1, dtype=np.int32) * width)
        return pa.ListArray.from_arrays(offsets, flat.take(pa.array(order)))

    def _spelling(self, key: Integers, place: int) -> Integers:
        is_variant = self.draws.chance(0.2, f"variant {place}", key)
        return np.where(is_variant, self.draws.below(4, f"spelling {place}", key), 0)

    def _sentence(
        self, bank: str, key: Integers, subject: pa.Array | str
    ) -> tuple[pa.Array, pa.Array | str, pa.Array]:
        forms: list[tuple[str, str]] = getattr(sentences, bank)
        form = self.draws.below(len(forms), bank, key)
        return _part(forms, 0, form), subject, _part(forms, 1, form)

    def _collection(self, sentence: str, key: Integers) -> pa.Array:
        return self._one_of(sentences.COLLECTIONS, f"collection {sentence}", key)

    def _one_of(self, values: list[str], stream: str, key: Integers) -> pa.Array:
        return pa.array(values).take(pa.array(self.draws.below(len(values), stream, key)))


def _part(forms: Sequence[tuple[str, ...]], place: int, form: Integers) -> pa.Array:
    return pa.array([parts[place] for parts in forms]).take(pa.array(form))
