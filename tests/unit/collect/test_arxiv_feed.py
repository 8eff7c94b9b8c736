"""Feeds of arXiv: read whole, entry by entry, and never trusted."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.collect.arxiv_feed import ARXIV_ID, FeedError, is_withdrawn, parse_feed
from orchestration.settings import PROJECT_ROOT
from tests.fakes.arxiv import FakePaper, error_entry, feed_of

RECORDED = Path(os.environ.get("PAPERTIDE_RECORDED", PROJECT_ROOT.parent / "shared" / "data"))
FEEDS = RECORDED / "arxiv_api"


def test_an_entry_is_read_whole() -> None:
    paper = FakePaper("math.GT/0309136", title="A <tide>\n & more", version=12, doi="10.1/x")
    (row,) = parse_feed(feed_of(paper.entry())).papers
    assert (row["paper_id"], row["version"]) == ("math.GT/0309136", 12)
    assert (row["title"], row["doi"]) == ("A <tide> & more", "10.1/x")
    assert row["published_at"] == datetime(2026, 9, 1, 17, 59, 59, tzinfo=UTC)
    assert row["authors"] == ["Ada Lovelace", "Émilie du Châtelet"]
    assert (row["primary_category"], row["categories"]) == ("cs.LG", ["cs.LG", "stat.ML"])
    assert (row["comment"], row["journal_reference"], row["is_withdrawn"]) == (None, None, False)


def test_an_empty_feed_is_a_feed_and_an_error_feed_tells_its_error() -> None:
    empty = parse_feed(feed_of())
    assert (empty.papers, empty.errors, empty.refused) == ([], [], [])
    wrong = parse_feed(feed_of(error_entry("incorrect id format for abc")))
    assert (wrong.papers, wrong.errors) == ([], ["incorrect id format for abc"])


def test_a_paper_may_be_titled_error() -> None:
    feed = parse_feed(feed_of(FakePaper("2609.00001", title="Error").entry()))
    assert ([row["title"] for row in feed.papers], feed.errors) == (["Error"], [])


def test_a_bad_entry_costs_no_other() -> None:
    good = FakePaper("2609.00001").entry()
    bad = {
        "entry 2": FakePaper("2609.00002", published="yesterday").entry(),
        "entry 3": FakePaper("2609.00003", title=" ").entry(),
        "entry 4": FakePaper("2609.00004").entry().replace("arxiv.org/abs", "example.org/abs"),
        "entry 5": good,
        "entry 6": FakePaper("2609.00006", published="0001-01-01T00:00:00+14:00").entry(),
    }
    feed = parse_feed(feed_of(good, *bad.values(), FakePaper("2609.00007").entry()))
    assert [row["paper_id"] for row in feed.papers] == ["2609.00001", "2609.00007"]
    assert [refused.place for refused in feed.refused] == list(bad)
    assert "'yesterday' is not a time" in feed.refused[0].reason
    assert "stands twice" in feed.refused[3].reason


def test_bytes_of_another_encoding_cost_their_own_entry_only() -> None:
    content = feed_of(
        FakePaper("2609.00001", title="Küste").entry(), FakePaper("2609.2222").entry()
    )
    feed = parse_feed(content.replace("ü".encode(), b"\xfc"))
    assert [row["paper_id"] for row in feed.papers] == ["2609.2222"]
    assert [refused.reason for refused in feed.refused] == ["bytes that are not UTF-8"]


def test_control_characters_in_a_text_cost_nothing() -> None:
    content = feed_of(FakePaper("2609.00001", abstract="A tide\x0b\x00here").entry())
    assert parse_feed(content).papers[0]["abstract"] == "A tide here"


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a "tide"><!ENTITY b "&a;&a;&a;&a;">'
    '<!ENTITY c SYSTEM "file:///etc/passwd">]><feed xmlns="http://www.w3.org/2005/Atom">&b;</feed>'
)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<!doctype html><p>Rate exceeded.", "not well-formed"),
        (b"<html><body>Rate exceeded.</body></html>", "not an Atom feed"),
        (b"Rate exceeded.", "not well-formed"),
        (feed_of(FakePaper("2609.00001").entry())[:-30], "not well-formed"),
        (BOMB.encode(), "document type"),
        (BOMB.replace("?>", ' encoding="UTF-16"?>', 1).encode("utf-16"), "not well-formed"),
        (b"<rss/>", "not an Atom feed"),
    ],
)
def test_what_is_no_feed_is_an_error(content: bytes, reason: str) -> None:
    with pytest.raises(FeedError, match=reason):
        parse_feed(content)


@pytest.mark.parametrize(
    ("comment", "abstract"),
    [
        ("This paper has been withdrawn by the authors due to an error in section 2", None),
        ("Withdrawn", None),
        ("Paper withdrawn.", None),
        ("5 pages; withdrawn because of a flaw", None),
        ("I am withdrawing this paper", None),
        (None, "This submission has been withdrawn by arXiv administrators."),
        (None, "Withdrawn by the author."),
        (None, "The paper was withdrawn, since its lemma does not hold."),
    ],
)
def test_withdrawn_papers_say_so(comment: str | None, abstract: str | None) -> None:
    assert is_withdrawn(comment, abstract)


@pytest.mark.parametrize(
    ("comment", "abstract"),
    [
        (None, None),
        ("Withdrawn from a workshop, now in a journal", None),
        ("12 pages, withdrawn from a conference", None),
        (None, "We study drugs that were withdrawn from the market."),
        (None, "A dataset of sums withdrawn at machines, and how this paper counts them."),
    ],
)
def test_other_papers_may_use_the_word(comment: str | None, abstract: str | None) -> None:
    assert not is_withdrawn(comment, abstract)


@pytest.mark.parametrize("good", ["0704.0001", "2609.20822", "astro-ph/0601001", "math.GT/0309136"])
def test_ids_of_both_forms(good: str) -> None:
    assert ARXIV_ID.fullmatch(good)


@pytest.mark.parametrize("bad", ["2609.20822v1", "2609.208", "page:0123456789ab", "math/03", "x"])
def test_what_is_no_id(bad: str) -> None:
    assert not ARXIV_ID.fullmatch(bad)


@pytest.mark.skipif(not FEEDS.is_dir(), reason="the recorded feeds are not here")
@pytest.mark.parametrize(
    ("name", "papers", "errors"),
    [
        ("id_0000.0000", 0, 0),
        ("id_0808.05394_1707.08567", 1, 0),
        ("id_1707.08567", 1, 0),
        ("id_abc", 0, 1),
        ("id_astro-ph_0601001", 1, 0),
        ("q_testing_s0", 15, 0),
        ("q_testing_s10", 10, 0),
    ],
)
def test_recorded_feeds(name: str, papers: int, errors: int) -> None:
    (path,) = FEEDS.glob(f"{name}_*.xml")
    content = path.read_bytes()
    feed = parse_feed(content)
    assert (len(feed.papers), len(feed.errors), feed.refused) == (papers, errors, [])
    for optional, tag in (("doi", b"doi"), ("comment", b"comment"), ("authors", b"primary")):
        count = content.count(b"<arxiv:" + tag)
        assert sum(row[optional] is not None for row in feed.papers) == count
