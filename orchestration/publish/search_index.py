"""The full-text index of a published version: building it, and asking it in the search grammar.

The index holds text folded by the SQL of :mod:`orchestration.publish.folding`, so it finds exactly
the papers that the grammar's SQL finds, ranked by BM25 and without reading every paper's text. What
does not belong here: the grammar, and what a page does with a hit.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

import duckdb
import tantivy

from orchestration.publish.folding import fold, fold_text
from orchestration.publish.query import Kind, Part, Query

BOOSTS: Final = {"title": 3.0, "topics": 2.0, "authors": 1.5, "abstract": 1.0}
"""The fields that plain words are looked for in, and how much a hit there counts."""

WRITER_BYTES: Final = 256_000_000
ROWS_PER_BATCH: Final = 5_000
NO_DAY: Final = 0
AUTHORS_COMPARED: Final = 10
TERMS_COMPARED: Final = 25
LIKE_EACH_OTHER: Final = 50
ORDERS: Final = {"relevance": None, "newest": "listed_on", "upvotes": "upvotes"}
FACETS: Final = {"topic": "topic", "organization": "organization_name", "year": "year"}


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("paper_id", stored=True, tokenizer_name="raw", index_option="basic")
    for field in BOOSTS:
        builder.add_text_field(field, tokenizer_name="whitespace")
    builder.add_text_field("organization", tokenizer_name="whitespace")
    for field in ("topic_folded", "organization_id", "category", "submitter"):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    for field in ("topic", "organization_name"):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic", fast=True)
    for field in ("listed_on", "year", "upvotes"):
        builder.add_integer_field(field, indexed=True, fast=True)
    for field in ("has_code", "has_project"):
        builder.add_boolean_field(field, indexed=True)
    return builder.build()


def _documents(connection: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    folded_list = f"list_transform({{}}, lambda item: trim({fold('item')}))"
    reader = connection.sql(
        f"""
select
    paper_id,
    {fold("title")} as title,
    {fold("abstract")} as abstract,
    {folded_list.format("authors")} as authors,
    {folded_list.format("topics")} as topics,
    {folded_list.format("topics")} as topic_folded,
    topics as topic,
    {fold("organization_name")} as organization,
    organization_name,
    lower(organization_id) as organization_id,
    list_distinct(list_transform(
        list_append(coalesce(categories, []), primary_category), lambda item: lower(item)
    )) as category,
    lower(submitter_username) as submitter,
    coalesce(first_listed_on, published_on) as listed_on,
    coalesce(upvotes, 0) as upvotes,
    github_url is not null as has_code,
    project_url is not null as has_project

from papers
"""  # noqa: S608 - the folding is this package's own SQL
    ).to_arrow_reader(ROWS_PER_BATCH)
    for batch in reader:
        yield from batch.to_pylist()


def build(database: Path, folder: Path) -> int:
    """Index every paper of the published file ``database`` into ``folder``; give their number.

    ``folder`` appears whole or not at all. When it is there, nothing is done and 0 given.
    """
    if folder.exists():
        return 0
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(mkdtemp(prefix=".search-", dir=folder.parent))
    papers = 0
    try:
        index = tantivy.Index(_schema(), path=str(unfinished))
        writer = index.writer(WRITER_BYTES, num_threads=1)
        with duckdb.connect(str(database), read_only=True) as connection:
            for row in _documents(connection):
                writer.add_document(_document(row))
                papers += 1
        writer.commit()
        writer.wait_merging_threads()
        unfinished.chmod(0o755)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return papers


def _document(row: dict[str, Any]) -> tantivy.Document:
    listed: date | None = row.pop("listed_on")
    values = {name: value for name, value in row.items() if value is not None}
    values["listed_on"] = _number(listed)
    values["year"] = listed.year if listed else NO_DAY
    return tantivy.Document(**values)


def _number(day: date | None) -> int:
    return day.toordinal() if day else NO_DAY


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
        """The papers that match, best first by ``order``, from ``offset`` on."""
        asked = self._translated(query)
        found = self._searcher.search(
            asked, limit=limit, offset=offset, order_by_field=ORDERS[order]
        )
        ids = [self._searcher.doc(address)["paper_id"][0] for _, address in found.hits]
        return Hits(ids, found.count, self._facets(asked))  # type: ignore[attr-defined]

    def similar(self, paper: Mapping[str, Any], limit: int) -> list[str]:
        """Ids of papers like ``paper`` (a row of ``papers``) in rare words, topics and people.

        Words that more than a twentieth of the papers have tell nothing and cost most: left out.
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
            return tantivy.Query.phrase_prefix_query(schema, field, list(words))
        if len(words) == 1:
            return tantivy.Query.term_query(schema, field, words[0])
        return tantivy.Query.phrase_query(schema, field, list(words))


def _any(queries: Iterator[tantivy.Query] | Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _folded(value: str) -> list[str]:
    return fold_text(value).split()


def _words(key: object) -> str:
    return str(int(key)) if isinstance(key, float) else str(key)
