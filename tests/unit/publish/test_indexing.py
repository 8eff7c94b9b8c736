"""An index made from another version's finds what one made anew finds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings, strategies

from orchestration.files import sha256_of
from orchestration.publish import indexing
from orchestration.publish.query import QueryError, parse_query
from orchestration.publish.search_index import Hits, SearchIndex
from tests.fakes.published import paper, write_version

FIRST_DAY = date(2026, 1, 5)
PAPERS = 40
WORDS = ["tide", "moon", "sand", "salt", "gull"]
QUERIES = [
    "",
    *WORDS,
    "ti*",
    "-moon",
    "tide sand",
    '"tide moon"',
    "author:author3",
    'topic:"topic 2"',
    "after:2026-01-20",
]

Row = dict[str, Any]
Wording = tuple[str, int]


def row(number: int, wording: Wording) -> Row:
    """A paper of some words and upvotes."""
    words, upvotes = wording
    listed = FIRST_DAY + timedelta(days=number)
    return paper(number, listed, title=f"Paper {words}", abstract=words, upvotes=upvotes)


wordings = strategies.tuples(
    strategies.lists(strategies.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join),
    strategies.integers(0, 50),
)
changes = strategies.dictionaries(
    # Papers that are there and new ones; None takes one away.
    strategies.integers(0, PAPERS + 10),
    strategies.none() | wordings,
    max_size=12,
)


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as made:
        yield Path(made)


def index(folder: Path, name: str, rows: dict[int, Row], previous: str | None = None) -> int:
    """Index the papers as a version of that name, however far from the previous one."""
    database = write_version(folder / f"{name}.duckdb", list(rows.values()))
    before = folder / previous if previous else None
    return indexing.build(database, folder / name, before, most_added_later=1)


def asked(folder: Path, name: str, order: str = "relevance") -> dict[str, Hits]:
    """What an index answers to every query."""
    opened = SearchIndex(folder / name)
    return {text: opened.search(parse_query(text), order, limit=1000) for text in QUERIES}


def scores(folder: Path, name: str) -> dict[tuple[str, str], float]:
    """The score of each hit of each query."""
    opened = SearchIndex(folder / name)
    found = {}
    for text in QUERIES:
        hits = opened._searcher.search(opened._translated(parse_query(text)), limit=1000).hits
        for score, address in hits:
            found[text, opened._searcher.doc(address)["paper_id"][0]] = score
    return found


@given(strategies.lists(changes, min_size=1, max_size=3), strategies.lists(wordings, min_size=1))
@settings(max_examples=4, deadline=None, derandomize=True)
def test_step_by_step_finds_what_an_index_made_anew_finds(
    steps: list[dict[int, Wording | None]], first: list[Wording]
) -> None:
    rows = {number: row(number, first[number % len(first)]) for number in range(PAPERS)}
    with TemporaryDirectory() as made:
        folder = Path(made)
        index(folder, "0", rows)
        for number, step in enumerate(steps, 1):
            for changed, wording in step.items():
                rows.pop(changed, None)
                if wording is not None:
                    rows[changed] = row(changed, wording)
            index(folder, str(number), rows, previous=str(number - 1))
        index(folder, "anew", rows)

        last = str(len(steps))
        upvotes = {each["paper_id"]: each["upvotes"] for each in rows.values()}
        for text, expected in asked(folder, "anew").items():
            hits = asked(folder, last)[text]
            assert set(hits.paper_ids) == set(expected.paper_ids)
            assert len(hits.paper_ids) == hits.matches == expected.matches
            assert {name: sorted(counts) for name, counts in hits.facets.items()} == {
                name: sorted(counts) for name, counts in expected.facets.items()
            }
        newest = asked(folder, last, "newest")
        assert newest == asked(folder, "anew", "newest")
        for hits in asked(folder, last, "upvotes").values():
            shown = [upvotes[paper_id] for paper_id in hits.paper_ids]
            assert shown == sorted(shown, reverse=True)


def test_papers_added_later_leave_every_score_exact(folder: Path) -> None:
    rows = {number: row(number, (WORDS[number % 5], number)) for number in range(PAPERS)}
    index(folder, "0", {number: rows[number] for number in range(20)})
    index(folder, "1", {number: rows[number] for number in range(30)}, previous="0")
    assert index(folder, "2", rows, previous="1") == 20
    index(folder, "anew", rows)

    assert scores(folder, "2") == scores(folder, "anew")


def test_the_number_of_steps_does_not_change_a_score(folder: Path) -> None:
    """BM25 counts a deleted wording too: a changed paper's first one, none of those between."""
    rows = {number: row(number, (WORDS[number % 5], number)) for number in range(PAPERS)}
    index(folder, "0", rows)
    for number in range(1, 5):
        rows |= {changed: row(changed, (f"tide {WORDS[number]}", number)) for changed in range(4)}
        assert index(folder, str(number), rows, previous=str(number - 1)) == 4
    index(folder, "at once", rows, previous="0")

    assert scores(folder, "4") == scores(folder, "at once")


def test_an_older_index_stays_as_it_was(folder: Path) -> None:
    rows = {number: row(number, (WORDS[number % 5], number)) for number in range(PAPERS)}
    index(folder, "0", rows)
    before = {path.name: sha256_of(path) for path in (folder / "0").iterdir()}
    index(folder, "1", rows | {0: row(0, ("gull", 0))}, previous="0")
    index(folder, "2", dict(list(rows.items())[5:]), previous="1")

    assert {path.name: sha256_of(path) for path in (folder / "0").iterdir()} == before
    assert asked(folder, "0")["gull"].matches == PAPERS // 5
    assert asked(folder, "1")["gull"].matches == PAPERS // 5 + 1


def test_files_are_shared_when_nothing_changed(folder: Path) -> None:
    rows = {number: row(number, ("tide", number)) for number in range(PAPERS)}
    index(folder, "0", rows)
    assert index(folder, "1", rows, previous="0") == 0
    parts = [path.name for path in (folder / "0").glob("*.idx")]
    assert len(parts) == 1
    assert (folder / "0" / parts[0]).samefile(folder / "1" / parts[0])


def test_too_many_differences_or_another_making_begin_anew(folder: Path) -> None:
    rows = {number: row(number, ("tide", number)) for number in range(PAPERS)}
    index(folder, "0", rows)
    rows |= {number: row(number, ("moon", number)) for number in range(3)}
    database = write_version(folder / "changed.duckdb", list(rows.values()))

    assert indexing.build(database, folder / "many", folder / "0") == PAPERS
    (folder / "0" / indexing.KNOWN).rename(folder / "0" / "documents-otherwise.parquet")
    assert indexing.build(database, folder / "other", folder / "0", most_added_later=1) == PAPERS
    assert indexing.build(database, folder / "none", folder / "nowhere") == PAPERS


def test_a_beginning_finds_every_word_however_many_there_are(folder: Path) -> None:
    """The index's own prefix query would take the first fifty words and leave the rest out."""
    rows = {number: row(number, (f"salt trans{number:03d}", 0)) for number in range(120)}
    index(folder, "0", rows)
    opened = SearchIndex(folder / "0")
    for text, papers in {
        "trans*": 120,
        "trans1*": 20,
        "salt-trans*": 120,
        "salt-trans11*": 10,
    }.items():
        hits = opened.search(parse_query(text))
        assert hits.matches == opened.count(parse_query(text)) == papers, text
        assert sum(count for _, count in hits.facets["year"]) == papers


def test_a_beginning_too_short_or_too_long_for_the_index_is_told(folder: Path) -> None:
    words = " ".join(f"t{number}" for number in range(17_000))
    index(folder, "0", {0: row(0, (f"salt {words}", 0))})
    opened = SearchIndex(folder / "0")
    assert opened.count(parse_query("t*")) == 1
    assert opened.count(parse_query("salt-t0*")) == 1
    for text in ("salt-t*", "東" * 400 + "*"):
        with pytest.raises(QueryError, match="too many words begin"):
            opened.search(parse_query(text))
