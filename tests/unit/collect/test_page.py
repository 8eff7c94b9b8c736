"""Listing pages: every card exact, what is odd kept aside, what is none refused."""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from orchestration.collect.cards import fold_title, read_cards
from orchestration.collect.page import NotAListingPageError, Page, read_page
from orchestration.settings import PROJECT_ROOT
from tests.unit.collect.pages import ABSTRACT, card, html_page, record, text_page

RECORDED = Path(os.environ.get("PAPERTIDE_RECORDED", PROJECT_ROOT.parent / "shared" / "data"))
SEEN_AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def read(text: str | bytes, name: str = "page.txt", seen_at: datetime = SEEN_AT) -> Page:
    body = text.encode() if isinstance(text, str) else text
    return read_page(body, name=name, observed_at=seen_at, landed_in="page/x/y.zst")


def fields(page: Page, *names: str) -> list[tuple[object, ...]]:
    return [tuple(row[name] for name in names) for row in page.listings.to_pylist()]


def midnight(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T00:00:00Z")


def test_a_card_becomes_a_row_with_every_field() -> None:
    page = read(text_page(card("Re$^2$Tide: A  Tale", "12 authors|Sep 24, 2024 2")))
    (row,) = page.listings.to_pylist()
    assert {name: value for name, value in row.items() if value is not None} == {
        "source": "page",
        "listing_kind": "search",
        "listing_date": date(2025, 12, 24),
        "observed_at": SEEN_AT,
        "paper_id": "page:" + hashlib.sha256(b"re 2 tide a tale").hexdigest()[:12],
        "rank": 1,
        "title": "Re$^2$Tide: A Tale",
        "abstract": f"Re$^2$Tide: A Tale: {ABSTRACT}".strip(),
        "published_at": midnight("2024-09-24"),
        "is_published_year_inferred": False,
        "author_count": 12,
        "num_comments": 2,
        "landed_in": "page/x/y.zst",
        "schema_version": 1,
    }
    assert (page.listing_kind, page.listing_date, page.refused) == (
        "search",
        date(2025, 12, 24),
        [],
    )


@pytest.mark.parametrize(
    ("footer", "expected"),
    [
        ("8 authors|Jan 17, 2021", (8, None, midnight("2021-01-17"), None)),
        ("1 authors|Jan 17, 2021 3", (1, None, midnight("2021-01-17"), 3)),
        ("tideAI tideAI|Oct 21 3", (None, "tideAI", midnight("2025-10-21"), 3)),
        ("Tide Lab Tide Lab|Oct 21", (None, "Tide Lab", midnight("2025-10-21"), None)),
        ("tide Tide|Oct 21", (None, "Tide", midnight("2025-10-21"), None)),
        ("Tide Lab|Oct 21", (None, "Tide Lab", midnight("2025-10-21"), None)),
        (None, (None, None, None, None)),
    ],
)
def test_footers(footer: str | None, expected: tuple[object, ...]) -> None:
    page = read(text_page(card("Other", "2 authors|May 1, 2024"), card("One", footer)))
    names = ("author_count", "organization_name", "published_at", "num_comments")
    assert fields(page, *names)[1] == expected
    assert page.refused == []


def test_cards_without_a_footer_keep_their_neighbours_apart() -> None:
    cards = [
        card("One", None),
        card("Two", None),
        card("Three"),
        card("Four", None),
        card("Five", "2 authors|Feb 3, 2020"),
        card("Six", None),
    ]
    page = read(text_page(*cards))
    assert fields(page, "rank", "title", "author_count") == [
        (1, "One", None),
        (2, "Two", None),
        (3, "Three", 8),
        (4, "Four", None),
        (5, "Five", 2),
        (6, "Six", None),
    ]
    assert all(row["abstract"].startswith(f"{row['title']}:") for row in page.listings.to_pylist())


@pytest.mark.parametrize(
    ("name", "seen_at", "listing_date", "published", "is_inferred"),
    [
        # The year after the newest dated card, as nothing else tells it.
        ("page.txt", SEEN_AT, date(2025, 12, 24), "2025-08-06", True),
        # The file's name tells it: the newest such day that is not after the named one.
        ("billion_2026-12-24.txt", SEEN_AT, date(2026, 12, 24), "2026-08-06", False),
        ("billion_2027-01-03.txt", SEEN_AT, date(2026, 12, 24), "2026-08-06", False),
        ("billion_2026-13-24.txt", SEEN_AT, date(2025, 12, 24), "2025-08-06", True),
        # Never a day ahead of us, but for the time zones.
        ("page.txt", datetime(2025, 3, 1, tzinfo=UTC), date(2024, 12, 24), "2024-08-06", True),
        ("page.txt", datetime(2025, 12, 23, 1, tzinfo=UTC), date(2025, 12, 24), "2025-08-06", True),
    ],
)
def test_years_are_completed(
    name: str, seen_at: datetime, listing_date: date, published: str, is_inferred: bool
) -> None:
    text = text_page(card("One", "2 authors|Nov 12, 2024"), card("Two", "2 authors|Aug 6"))
    page = read(text, name, seen_at)
    assert page.listing_date == listing_date
    assert fields(page, "published_at", "is_published_year_inferred") == [
        (midnight("2024-11-12"), False),
        (midnight(published), is_inferred),
    ]


def test_a_page_may_show_its_own_year_and_no_other() -> None:
    page = read(text_page(card("One", "2 authors|Aug 6"), day="Dec 24, 2023"))
    assert page.listing_date == date(2023, 12, 24)
    assert fields(page, "published_at", "is_published_year_inferred") == [
        (midnight("2023-08-06"), False)
    ]
    undated = read(text_page(card("One", "2 authors|Aug 6")))
    assert undated.listing_date == date(2025, 12, 24)  # the last one before it was seen


def test_a_leap_day_finds_its_year() -> None:
    page = read(text_page(card("One", "2 authors|May 4, 2022"), day="Feb 29"))
    assert page.listing_date == date(2020, 2, 29)


def test_a_missing_header_costs_the_date_only() -> None:
    text = text_page(card("One", "2 authors|Nov 12, 2024"), card("Two"), day=None)
    assert read(text).listing_date == SEEN_AT.date()
    assert read(text, "tides_2025-12-24.txt").listing_date == date(2025, 12, 24)
    assert fields(read("Daily Papers\n\n" + text), "title") == [("One",), ("Two",)]


PLAIN = text_page(card("One", "3 authors|Nov 12, 2024 2"), card("Two", None), card("Three"))


@pytest.mark.parametrize(
    "body",
    [
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.encode("utf-16"),
        PLAIN.replace(" ", "\u00a0").encode(),
        PLAIN.replace("\n", " \t\n").encode(),
        PLAIN.replace("\n\n", "\n \n\n\n").encode(),
        PLAIN.replace("\n·\n", "\n\n·\n\n").encode(),
        re.sub("\n·\n", " · ", PLAIN).encode(),
        PLAIN.replace("long enough ", "long\nenough ").encode(),
        PLAIN.strip().encode(),
    ],
    ids=[
        *("windows", "old mac", "bom", "utf-16", "no-break spaces", "trailing blanks"),
        *("blank lines", "footer spread", "footer on one line", "abstract wrapped", "stripped"),
    ],
)
def test_ways_of_saving_change_nothing(body: bytes) -> None:
    assert read(body).listings.equals(read(PLAIN).listings)
    assert read(body).refused == []


def test_what_is_no_card_is_kept_aside_with_its_line() -> None:
    text = text_page(
        card("One"),
        "A stray line",
        card("Two"),
        card("Three", "2 authors|Feb 31, 2024"),
        card("One"),
        card("!!!"),
        "Previous\n\n1\n\n2\n\nNext",
    )
    page = read(text)
    assert fields(page, "title") == [("One",), ("Two",)]
    lines = text.split("\n")
    kept = [(lines[int(each.place.split()[1]) - 1], each.reason) for each in page.refused]
    assert kept == [
        ("A stray line", "text that is no title with its abstract"),
        ("Previous", "text that is no title with its abstract"),
        ("Three", "Feb 31, 2024 is no date"),
        ("One", "the same title as a card above it"),
        ("!!!", "a title without a letter or digit"),
    ]
    assert "Next" in page.refused[1].payload


def test_a_footer_or_title_alone_is_not_guessed_at() -> None:
    page = read(text_page(card("One"), "  • 3 authors\n·\nMay 4, 2021"))
    assert fields(page, "title") == [("One",)]
    assert [each.reason for each in page.refused] == ["a footer without a card"]
    alone = read(text_page(card("One"), "Two\n\n  • 3 authors\n·\nMay 4, 2021"))
    assert fields(alone, "title", "abstract", "author_count")[1] == ("Two", None, 3)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"Daily Papers\n\nDec 24\n", "no card"),
        (b"A letter.\n\nDear all, nothing of this is a page.\n", "no card"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "UTF-8"),
        ("naïve".encode("latin-1"), "UTF-8"),
        (b"abc\x00def", "binary"),
        (text_page(card("One"), day="Feb 30").encode(), "Feb 30 is no date"),
        (b"<html><body><p>Nothing</p></body></html>", "DailyPapers"),
        (html_page("not JSON").encode(), "hold no listing"),
        (html_page('{"dailyPapers": []}').encode(), "with its date"),
        (html_page({"date": "someday", "dailyPapers": []}).encode(), "hold no listing"),
        (html_page({"date": "2024-08-01", "dailyPapers": "x"}).encode(), "no list of papers"),
        (html_page("[1]").encode(), "hold no listing"),
        (html_page("[" * 100_000).encode(), "hold no listing"),
    ],
)
def test_other_files_are_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(NotAListingPageError, match=reason):
        read(body)


def test_an_html_page_holds_a_days_records() -> None:
    records = [
        record("2408.00001"),
        {"paper": {"title": "nameless"}},
        record("2408.00002", numComments=0),
        record("2408.00001"),
        "a string",
    ]
    page = read(html_page({"date": "2024-08-01T00:00:00.000Z", "dailyPapers": records}), "a.html")
    assert (page.listing_kind, page.listing_date) == ("day", date(2024, 8, 1))
    names = ("source", "paper_id", "rank", "upvotes", "num_comments", "landed_in")
    assert fields(page, *names) == [
        ("page", "2408.00001", 1, 3, 2, "page/x/y.zst"),
        ("page", "2408.00002", 3, 3, 0, "page/x/y.zst"),
    ]
    assert sorted(each.place for each in page.refused) == [
        "dailyPapers[1]",
        "dailyPapers[3]",
        "dailyPapers[4]",
    ]


def test_an_html_page_without_a_date_takes_its_names() -> None:
    text = html_page({"dailyPapers": [record("2408.00001")]})
    assert read(text, "saved_2024-08-01.html").listing_date == date(2024, 8, 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Tide: A Tale", "the  tide\n a tale."),
        ("\uff34\uff49\uff44\uff45", "TIDE"),
        ("Maß & Flut", "MASS, FLUT"),
        ("$\\alpha$-Tide", "alpha Tide"),
    ],
)
def test_titles_fold(one: str, other: str) -> None:
    assert fold_title(one) == fold_title(other)


def test_every_line_ends_somewhere() -> None:
    text = text_page(card("One"), "Stray", card("Two", None), card("Three"), "End", day=None)
    _, cards, leftovers = read_cards(text)
    kept = "\n".join(
        [f"{x.title}\n{x.abstract}\n{x.footer.text if x.footer else ''}" for x in cards]
        + [x.text for x in leftovers]
    )
    words = [word for word in text.split() if word not in {"•", "·"}]
    assert sorted(word for word in kept.split() if word not in {"•", "·"}) == sorted(words)


@pytest.mark.skipif(not (RECORDED / "pages").is_dir(), reason="the recorded pages are not here")
def test_the_recorded_text_page_is_read_exactly() -> None:
    text = (RECORDED / "pages" / "search_billion_scale.txt").read_text()
    blocks = text[text.index("\nDec 24\n") + 8 :].strip().split("\n\n")
    expected: list[list[object]] = []
    for block in blocks:
        if (parts := block.split("\n·\n"))[1:]:
            who, when = parts[0].strip(), parts[1]
            count = re.match("• ([0-9]+) authors", who)
            month_day, year, comments = re.findall(
                "^([A-Z][a-z]+ [0-9]+)(?:, ([0-9]+))?(.*)$", when
            )[0]
            published = datetime.strptime(f"{month_day} {year or 2025} Z", "%b %d %Y %z")
            expected[-1][2:] = [
                int(count[1]) if count else None,
                None if count else who.split()[0],
                published,
                not year,
                int(comments) if comments else None,
            ]
        elif expected and expected[-1][1] is None:
            expected[-1][1] = block
        else:
            expected.append([block, None, None, None, None, False, None])
    page = read(text)
    assert [list(row) for row in fields(page, *FIELDS)] == expected
    assert (len(expected), page.refused, page.listing_date) == (45, [], date(2025, 12, 24))
    assert [sum(row[n] is not None for row in expected) for n in (2, 3, 4, 6)] == [41, 1, 42, 9]


FIELDS = (
    *("title", "abstract", "author_count", "organization_name", "published_at"),
    *("is_published_year_inferred", "num_comments"),
)


@pytest.mark.skipif(not (RECORDED / "pages").is_dir(), reason="the recorded pages are not here")
def test_the_recorded_html_page_is_read_exactly() -> None:
    text = (RECORDED / "pages" / "listing_2024-08-01.html").read_text()
    props = re.search('data-target="DailyPapers" data-props="([^"]*)"', text)
    assert props is not None
    papers = [each["paper"] for each in json.loads(html.unescape(props[1]))["dailyPapers"]]
    page = read(text)
    assert fields(page, "paper_id", "title", "upvotes", "author_count") == [
        (each["id"], " ".join(each["title"].split()), each["upvotes"], len(each["authors"]))
        for each in papers
    ]
    assert (len(papers), page.refused, page.listing_date) == (13, [], date(2024, 8, 1))
