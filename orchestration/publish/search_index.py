"""Asking the full-text index of a published version in the search grammar.

The index holds text folded by the SQL of :mod:`orchestration.publish.folding`, so it finds exactly
the papers that the grammar's SQL finds, ranked by BM25 and without reading every paper's text. What
does not belong here: making it (``indexing.py``), the grammar, and what a page does with a hit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import tantivy

from orchestration.publish.folding import fold_text
from orchestration.publish.indexing import BOOSTS, NO_DAY
from orchestration.publish.query import Kind, Part, Query, QueryError

AUTHORS_COMPARED: Final = 10
TERMS_COMPARED: Final = 25
LIKE_EACH_OTHER: Final = 50
ORDERS: Final = {"relevance": None, "newest": "listed_on", "upvotes": "upvotes"}
FACETS: Final = {"topic": "topic", "organization": "organization_name", "year": "year"}


@dataclass(frozen=True)
class Hits:
    """What a query found: ids of one page, how many papers match, and counts to narrow it by."""

    paper_ids: list[str]
    matches: int
    facets: dict[str, list[tuple[str, int]]]


class SearchIndex:
    """An opened index. Safe to be asked by several threads."""

    def __init__(self, folder: Path) -> None:
        """Open the index in ``folder``.

        Raises:
            ValueError: there is no index in it.
        """
        self._index = tantivy.Index.open(str(folder))
        self._searcher = self._index.searcher()

    def search(
        self, query: Query, order: str = "relevance", limit: int = 30, offset: int = 0
    ) -> Hits:
        """The papers that match, best first by ``order``, from ``offset`` on.

        Raises:
            QueryError: the index can't look for a beginning (``x-a*``, hundreds of letters).
        """
        asked, found = self._found(query, limit=limit, offset=offset, order_by_field=ORDERS[order])
        ids = [self._searcher.doc(address)["paper_id"][0] for _, address in found.hits]
        return Hits(ids, found.count, self._facets(asked))

    def count(self, query: Query) -> int:
        """How many papers match; quicker than :meth:`search`, and raises the same."""
        _, found = self._found(query, limit=1)
        return int(found.count)

    def similar(self, paper: Mapping[str, Any], limit: int) -> list[str]:
        """Ids of papers like ``paper`` (a row of ``papers``) in rare words, topics and people.

        Words that more than a twentieth of the papers have tell nothing and cost most: left out.
        No sentence embeddings: among 2,500 recorded papers 3.7 % of the six nearest by
        all-MiniLM-L6-v2 shared an author with the one asked for, and 4.2 % of those by words and
        topics (± 0.6 both; authors were not compared).
        """
        terms = {
            *(("title", word) for word in _folded(paper["title"])),
            *(("abstract", word) for word in _folded(paper["abstract"] or "")),
            *(("topic_folded", " ".join(_folded(topic))) for topic in paper["topics"] or []),
        }
        common = max(LIKE_EACH_OTHER, self._searcher.num_docs // 20)
        found_in = {term: self._searcher.doc_freq(*term) for term in terms}
        rare = sorted((papers, term) for term, papers in found_in.items() if 1 < papers <= common)
        clauses = [
            tantivy.Query.boost_query(
                tantivy.Query.term_query(self._index.schema, field, word),
                BOOSTS["topics" if field == "topic_folded" else field],
            )
            for _, (field, word) in rare[:TERMS_COMPARED]
        ]
        clauses += [
            tantivy.Query.boost_query(self._in_a_row("authors", _folded(name)), BOOSTS["authors"])
            for name in (paper["authors"] or [])[:AUTHORS_COMPARED]
        ]
        found = self._searcher.search(_any(clauses), limit=limit + 1, count=False)
        ids = [self._searcher.doc(address)["paper_id"][0] for _, address in found.hits]
        return [paper_id for paper_id in ids if paper_id != paper["paper_id"]][:limit]

    def _facets(self, asked: tantivy.Query) -> dict[str, list[tuple[str, int]]]:
        wanted = {name: {"terms": {"field": field, "size": 12}} for name, field in FACETS.items()}
        counted = self._searcher.aggregate(asked, wanted)
        return {
            name: [
                (_words(bucket["key"]), int(bucket["doc_count"]))
                for bucket in counted[name]["buckets"]
                if bucket["key"] != NO_DAY
            ]
            for name in FACETS
        }

    def _found(self, query: Query, **options: Any) -> tuple[tantivy.Query, Any]:
        try:
            asked = self._translated(query)
            return asked, self._searcher.search(asked, **options)
        except ValueError as error:  # beside other words the index takes 16,384 that begin so
            raise QueryError(
                "too many words begin as the one with a * does, or it is too long"
            ) from error

    def _translated(self, query: Query) -> tantivy.Query:
        if not query.parts:
            return tantivy.Query.all_query()
        must = [(tantivy.Occur.Must, tantivy.Query.all_query())]
        if any(not part.negated for part in query.parts):
            must = []
        clauses = [
            (tantivy.Occur.MustNot if part.negated else tantivy.Occur.Must, self._clause(part))
            for part in query.parts
        ]
        return tantivy.Query.boolean_query(must + clauses)

    def _clause(self, part: Part) -> tantivy.Query:
        match part.kind:
            case Kind.WORDS | Kind.PREFIX:
                words = _folded(part.value)
                return _any(
                    tantivy.Query.boost_query(
                        self._in_a_row(field, words, part.kind is Kind.PREFIX), boost
                    )
                    for field, boost in BOOSTS.items()
                )
            case Kind.AUTHOR:
                return self._in_a_row("authors", _folded(part.value))
            case Kind.TOPIC:
                return self._term("topic_folded", " ".join(_folded(part.value)))
            case Kind.ORGANIZATION:
                name = self._in_a_row("organization", _folded(part.value))
                return _any([name, self._term("organization_id", part.value.lower())])
            case Kind.CATEGORY:
                return self._term("category", part.value.lower())
            case Kind.SUBMITTER:
                return self._term("submitter", part.value.lower())
            case Kind.AFTER | Kind.BEFORE:
                return self._range(part)
            case Kind.HAS:
                return self._term(f"has_{part.value.lower()}", True)

    def _range(self, part: Part) -> tantivy.Query:
        day = part.parameter
        number = day.toordinal() if isinstance(day, date) else NO_DAY
        low, high = (
            (number, date.max.toordinal()) if part.kind is Kind.AFTER else (NO_DAY + 1, number - 1)
        )
        if low > high:
            return tantivy.Query.empty_query()
        return tantivy.Query.range_query(
            self._index.schema, "listed_on", tantivy.FieldType.Integer, low, high
        )

    def _term(self, field: str, value: str | bool) -> tantivy.Query:
        return tantivy.Query.term_query(self._index.schema, field, value, "basic")

    def _in_a_row(self, field: str, words: Sequence[str], is_prefix: bool = False) -> tantivy.Query:
        schema = self._index.schema
        if not words:
            return tantivy.Query.empty_query()
        if is_prefix:
            # As a pattern: a "phrase prefix" takes the first 50 words of the dictionary alone. A
            # folded word is letters and numbers, so it means itself.
            *before, beginning = words
            pattern = f"{beginning}.*"
            if not before:
                return tantivy.Query.regex_query(schema, field, pattern)
            return tantivy.Query.regex_phrase_query(schema, field, [*before, pattern])
        if len(words) == 1:
            return tantivy.Query.term_query(schema, field, words[0])
        return tantivy.Query.phrase_query(schema, field, list(words))


def _any(queries: Iterator[tantivy.Query] | Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _folded(value: str) -> list[str]:
    return fold_text(value).split()


def _words(key: object) -> str:
    return str(int(key)) if isinstance(key, float) else str(key)
