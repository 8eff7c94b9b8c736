"""The full-text index finds exactly what the grammar's SQL finds, and ranks it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.publish.indexing import build
from orchestration.publish.query import parse_query
from orchestration.publish.search_index import SearchIndex
from orchestration.settings import Settings

QUERIES = [
    "",
    "model",
    "MODEL attention",
    '"tool use"',
    "a*",
    "s*",
    "recon*",
    '"scene rec*"',
    "tool-use",
    "tool-u*",
    "attention-m*",
    "É*",
    "VILA^2*",
    "-attention",
    "-attention -model",
    "vila",
    "VILA^2",
    "nosuchword",
    "é",
    "author:eve",
    'author:"a b"',
    "author:research",
    'org:"evil"',
    "org:EVIL-ORG",
    "org:research",
    'topic:"tool use"',
    "category:cs.CL",
    "submitter:EVE",
    "after:2026-11",
    "before:2026-11",
    "after:2026-11-10 before:2026-11-12",
    "after:2027",
    "before:1990",
    "has:code",
    "-has:code has:project",
    "model -has:code after:2026-10-01",
]


@pytest.fixture(scope="module")
def index(demo_home: Settings, tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    folder = tmp_path_factory.mktemp("index") / "search"
    assert build(demo_home.link.resolve(), folder) > 300
    return SearchIndex(folder)


@pytest.fixture(scope="module")
def known(demo_home: Settings) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(demo_home.link.resolve()), read_only=True)


def by_sql(known: duckdb.DuckDBPyConnection, text: str) -> set[str]:
    where, parameters = parse_query(text).where()
    rows = known.cursor().execute(f"select paper_id from papers where {where}", parameters)
    return {row[0] for row in rows.fetchall()}


@pytest.mark.parametrize("text", QUERIES)
def test_the_index_finds_what_the_sql_finds(
    index: SearchIndex, known: duckdb.DuckDBPyConnection, text: str
) -> None:
    expected = by_sql(known, text)
    hits = index.search(parse_query(text), limit=10_000)
    assert set(hits.paper_ids) == expected
    assert hits.matches == len(expected)


def test_every_topic_and_organization_can_be_asked_for(
    index: SearchIndex, known: duckdb.DuckDBPyConnection
) -> None:
    for field, sql in (
        ("topic", "select topic from topics order by papers desc limit 40"),
        ("org", "select name from organizations order by papers desc limit 20"),
    ):
        for (name,) in known.cursor().execute(sql).fetchall():
            text = f'{field}:"{name}"'
            if '"' not in name:
                assert set(index.search(parse_query(text), limit=10_000).paper_ids) == by_sql(
                    known, text
                ), text


def test_a_word_in_the_title_counts_more(
    index: SearchIndex, known: duckdb.DuckDBPyConnection
) -> None:
    titles = dict(known.cursor().execute("select paper_id, lower(title) from papers").fetchall())
    hits = index.search(parse_query("attention"), limit=10_000).paper_ids
    in_title = ["attention" in titles[paper_id] for paper_id in hits]
    assert all(in_title[:10])
    assert not all(in_title)


def test_orders_and_pages(index: SearchIndex, known: duckdb.DuckDBPyConnection) -> None:
    votes = dict(known.cursor().execute("select paper_id, upvotes from papers").fetchall())
    first = index.search(parse_query("model"), "upvotes", limit=10).paper_ids
    second = index.search(parse_query("model"), "upvotes", limit=10, offset=10).paper_ids
    shown = [votes[paper_id] or 0 for paper_id in first + second]
    assert shown == sorted(shown, reverse=True)
    assert not set(first) & set(second)


def test_facets_count_the_matches(index: SearchIndex) -> None:
    hits = index.search(parse_query("model"))
    assert sum(count for _, count in hits.facets["year"]) == hits.matches
    topic, count = hits.facets["topic"][0]
    assert index.search(parse_query(f'model topic:"{topic}"')).matches == count


def test_similar_papers_share_topics(index: SearchIndex, known: duckdb.DuckDBPyConnection) -> None:
    columns = ["paper_id", "title", "abstract", "topics", "authors"]
    papers = known.cursor().execute(
        f"select {', '.join(columns)} from papers where len(topics) > 1 limit 40"
    )
    topics = dict(known.cursor().execute("select paper_id, topics from papers").fetchall())
    shared = 0
    rows = papers.fetchall()
    for values in rows:
        row = dict(zip(columns, values, strict=True))
        like = index.similar(row, 3)
        assert row["paper_id"] not in like
        shared += any(set(topics[other]) & set(row["topics"]) for other in like)
    assert shared > 0.8 * len(rows)


def test_an_index_that_is_there_is_not_built_again(index: SearchIndex, tmp_path: Path) -> None:
    folder = tmp_path / "search"
    folder.mkdir()
    assert build(tmp_path / "no such file", folder) == 0
    assert not list(folder.iterdir())
