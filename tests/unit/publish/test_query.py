"""The search grammar against a real table: what matches, and what is refused with which words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchestration.publish.query import (
    MAX_LENGTH,
    MAX_PARTS,
    Folded,
    Kind,
    QueryError,
    fold,
    fold_text,
    one_part,
    parse_query,
    part_text,
)

PAPERS = [
    # id, title, abstract, authors, topics, organization, code, categories, listed
    (
        "a",
        "GPT-4 for Low-Resource Speech",
        "We transcribe Kazakh.",
        ["Ada Lovelace", "Li Wei"],
        ["speech recognition", "language model"],
        ("inclusionAI", "Inclusion AI"),
        "https://github.com/ada/speech",
        ["cs.CL", "eess.AS"],
        date(2026, 1, 15),
    ),
    (
        "b",
        "Müller Diffusion",
        "A resource of low speech.",
        ["Wei Lovelace"],
        ["diffusion model"],
        (None, None),
        None,
        ["cs.CV"],
        date(2025, 12, 31),
    ),
    ("c", "Nothing known", None, None, None, (None, None), None, None, None),
]


@pytest.fixture(scope="module")
def papers() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(
            "create table raw (paper_id text, title text, abstract text, authors text[],"
            " topics text[], organization_id text, organization_name text, github_url text,"
            " project_url text, submitter_username text, primary_category text, categories text[],"
            " first_listed_on date, published_on date)"
        )
        for name, title, abstract, authors, topics, organization, code, categories, day in PAPERS:
            row = [name, title, abstract, authors, topics, *organization, code]
            row += [categories and categories[0], categories, day]
            connection.execute(
                "insert into raw values"
                " (?, ?, ?, ?, ?, ?, ?, ?, null, 'Akhaliq', ?, ?, ?, '2024-02-29')",
                row,
            )
        made = Folded()
        connection.execute(
            f"create table papers as select *, {made.words} as words, {made.authors} as names,"
            f" {made.topics} as tags from raw"
        )
        yield connection


KEPT = Folded("words", "names", "tags")


def found(papers: duckdb.DuckDBPyConnection, text: str, folded: Folded = KEPT) -> str:
    condition, parameters = parse_query(text).where(folded)
    rows = papers.execute(
        f"select paper_id from papers where {condition} order by paper_id", parameters
    ).fetchall()
    return "".join(row[0] for row in rows)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "abc"),
        ("speech", "ab"),
        ("SPEECH kazakh", "a"),
        ("peech", ""),
        ("trans*", "a"),
        ("scribe*", ""),
        ('"low resource"', "a"),
        ("low-resource", "a"),
        ("low resource", "ab"),
        ("“low resource”", "a"),
        ("gpt-4", "a"),
        ("muller", "b"),
        ("MÜLLER", "b"),
        ("& speech", "ab"),
        ('"kazakh ada"', ""),  # no phrase goes from the abstract on into the names
        ('"lovelace li"', ""),
        ("author:lovelace", "ab"),
        ('author:"wei lovelace"', "b"),
        ('author:"ada lovelace" author:li', "a"),
        ("org:inclusionai", "a"),
        ('org:"Inclusion AI"', "a"),
        ("topic:speech", ""),  # topics are whole
        ("topic:speech-recognition", "a"),
        ('topic:"diffusion model"', "b"),
        ("category:CS.cl", "a"),
        ("category:eess.AS", "a"),
        ("submitter:akhaliq", "abc"),
        ("after:2026", "a"),
        ("after:2025-12-31", "ab"),
        ("before:2025-12-31", "c"),
        ("before:2026-01", "bc"),
        ("has:code", "a"),
        ("has:project", ""),
        ("-speech", "c"),
        ('-"low resource"', "bc"),
        ("-has:code -author:wei", "c"),
        ("speech -topic:diffusion-model", "a"),
        ("' or 1=1 --", ""),
        ("%", "abc"),
        ("-", "abc"),
    ],
)
def test_matches(papers: duckdb.DuckDBPyConnection, text: str, expected: str) -> None:
    assert found(papers, text) == expected
    # The same without kept columns of folded text.
    assert found(papers, text, Folded()) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"open', "quotation mark"),
        ('author:"ada', "quotation mark"),
        ('"a"b', "quotation mark"),
        ("autor:ada", "there is no field autor:"),
        ('topic:"-"', "topic: needs a value"),
        ("after:yesterday", "yesterday is no date"),
        ("after:2026-02-30", "2026-02-30 is no date"),
        ("has:gold", "has: takes code or project"),
        ("x" * (MAX_LENGTH + 1), f"at most {MAX_LENGTH} characters"),
        ("x " * (MAX_PARTS + 1), f"at most {MAX_PARTS} parts"),
    ],
)
def test_refuses_with_reason(text: str, words: str) -> None:
    with pytest.raises(QueryError, match=words):
        parse_query(text)


def test_titles_and_addresses_can_be_pasted() -> None:
    assert parse_query("BERT: Pre-training https://arxiv.org/abs/1810.04805").words == (
        "BERT:",
        "Pre-training",
        "https://arxiv.org/abs/1810.04805",
    )
    assert parse_query("kept -dropped author:ada pre*").words == ("kept", "pre")


@pytest.mark.parametrize(
    "value", ["speech recognition", '“speech" recognition«', " speech\ufffe \x00recognition"]
)
def test_a_value_of_strangers_is_one_part(papers: duckdb.DuckDBPyConnection, value: str) -> None:
    assert found(papers, part_text("topic", value)) == "a"
    condition, parameters = one_part(Kind.TOPIC, value).where(KEPT)
    assert len(papers.execute(f"from papers where {condition}", parameters).fetchall()) <= 1


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_value_makes_one_part(text: str) -> None:
    with suppress(QueryError):
        assert len(parse_query(part_text("topic", text)).parts) == 1


GRAMMAR = st.lists(
    st.sampled_from(
        [*'"-*: /', "topic:", "author:", "has:code", "after:2026-01", "http:", "ab", "é"]
    ),
    max_size=12,
).map("".join)


@given(GRAMMAR | st.text(max_size=60))
@example('"arxiv:2609.06986"')
@example('"-word" "trans*" "topic:x" --ab"c a*b*')
@settings(max_examples=500, deadline=None)
def test_written_parts_are_the_same_parts_again(text: str) -> None:
    try:
        parts = parse_query(text).parts
    except QueryError:
        return
    assert parse_query(" ".join(map(str, parts))).parts == parts


def test_no_query_holds_what_xml_cannot() -> None:
    assert parse_query("a\x00b \ufffe \x1f“c\x0b d”").text == 'ab "c d"'


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_query_or_refused(papers: duckdb.DuckDBPyConnection, text: str) -> None:
    try:
        found(papers, text)
    except QueryError:
        return


# Every character that Python's Unicode tables have; the database's may be newer.
KNOWN = st.characters(min_codepoint=1, exclude_categories=("Cn", "Cs"))


@given(st.text(KNOWN, max_size=40) | st.text("aBÉßİΣς_-'²½Ⅷ東ﬁe\u0308\x1f :", max_size=20))
@settings(max_examples=500, deadline=None)
def test_folding_is_one_thing(papers: duckdb.DuckDBPyConnection, text: str) -> None:
    assert papers.execute(f"select {fold('?')}", [text]).fetchone() == (fold_text(text),)
