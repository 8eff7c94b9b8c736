"""A listing page that somebody saved, as text or as HTML: bytes to the lake's tables.

What does not belong here: finding and moving files (``inbox.py``), the grammar of the text
(``cards.py``), the hub's records (``records.py``).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import pyarrow as pa
from selectolax.lexbor import LexborHTMLParser

from orchestration.collect import lake
from orchestration.collect.cards import (
    Card,
    Day,
    PageDateError,
    fold_title,
    read_cards,
)
from orchestration.collect.landing import Landed
from orchestration.collect.records import MAX_PAYLOAD, Refused, parse_records
from orchestration.collect.rows import listing_table, quarantine_table

SOURCE: Final = "page"
_NAMED_DATE = re.compile(r"_(\d{4}-\d{2}-\d{2})(?=\.[^.]*$|$)", re.ASCII)
_HTML = re.compile(r"\s*(?:<\?xml|<!--|<!doctype|<html|<head|<body|<div)", re.IGNORECASE)


class NotAListingPageError(ValueError):
    """The bytes are no listing page; the message says what is missing, for whoever dropped it."""


@dataclass(frozen=True)
class Page:
    """What a page gave: rows of ``listings`` and what of it could not be read."""

    listing_kind: str
    listing_date: date
    listings: pa.Table
    refused: list[Refused]


def page_tables(landed: Landed, body: bytes) -> dict[str, pa.Table]:
    """The rows of a landed page for each dataset. A refused page is one row of quarantine.

    The envelope's ``name`` is the name of the file as it was dropped.
    """
    try:
        page = read_page(
            body,
            name=landed.envelope["name"],
            observed_at=landed.observed_at,
            landed_in=landed.path,
        )
    except NotAListingPageError as error:
        shown = body[:MAX_PAYLOAD].decode("utf-8", errors="replace").replace("\0", "\ufffd")
        return {"quarantined_records": _quarantine([Refused("$", str(error), shown)], landed)}
    observation = {
        "source": SOURCE,
        "listing_kind": page.listing_kind,
        "listing_date": page.listing_date,
        "observed_at": landed.observed_at,
        "pages_fetched": 1,
        "rows_per_page": [page.listings.num_rows],
        "papers": page.listings.num_rows,
        "quarantined": len(page.refused),
        # A saved page does not tell whether another one followed it.
        "is_end_seen": False,
        "status": "partial",
        "landed_in": [landed.path],
    }
    return {
        "listings": page.listings,
        "quarantined_records": _quarantine(page.refused, landed),
        "observations": lake.rows("observations", [observation]),
    }


def read_page(body: bytes, *, name: str, observed_at: datetime, landed_in: str) -> Page:
    """Read a page in either form.

    Args:
        body: the file's bytes.
        name: the file's name; a date at its end (``…_2025-12-24.txt``) tells the page's year.
        observed_at: aware instant at which the page was landed.
        landed_in: its path below the landing folder.

    Raises:
        NotAListingPageError: it is none, or one without a single card.
    """
    text = _decode(body)
    facts: dict[str, Any] = {"observed_at": observed_at, "landed_in": landed_in}
    if _HTML.match(text):
        return _read_html(text, _named_date(name), facts)
    return _read_text(text, _named_date(name), facts)


def _decode(body: bytes) -> str:
    if not body.strip():
        raise NotAListingPageError("the file is empty")
    is_utf16 = body.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = body.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotAListingPageError(
            f"byte {error.start} is not {error.encoding} text; save the page as UTF-8"
        ) from None
    if "\0" in text:
        raise NotAListingPageError("a binary file, not a page's text or HTML")
    return text


def _named_date(name: str) -> date | None:
    match = _NAMED_DATE.search(name)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def _read_text(text: str, named: date | None, facts: Mapping[str, Any]) -> Page:
    day, cards, leftovers = read_cards(text)
    if not any(card.footer for card in cards):
        raise NotAListingPageError(
            "no card was found: no line such as '8 authors · Jan 17, 2021' below a title"
        )
    try:
        listing_date, year, is_inferred = _page_date(day, cards, named, facts["observed_at"].date())
    except PageDateError as error:
        raise NotAListingPageError(f"the page's date: {error}") from None

    rows: list[dict[str, Any]] = []
    refused = [Refused(f"line {x.line}", x.reason, x.text[:MAX_PAYLOAD]) for x in leftovers]
    seen: set[str] = set()
    for rank, card in enumerate(cards, start=1):
        try:
            row = _card_row(card, year, is_inferred, seen)
        except (PageDateError, _CardError) as error:
            shown = "\n".join(
                part
                for part in (card.title, card.abstract, card.footer and card.footer.text)
                if part
            )
            refused.append(Refused(f"line {card.line}", str(error), shown[:MAX_PAYLOAD]))
            continue
        # Years in footers are a search's: a day's own listing shows no such dates.
        listing = {"source": SOURCE, "listing_kind": "search", "listing_date": listing_date}
        rows.append({**listing, **facts, "rank": rank, **row})
    return Page("search", listing_date, lake.rows("listings", rows), refused)


class _CardError(ValueError):
    """A card that can't become a row."""


def _card_row(card: Card, year: int, is_inferred: bool, seen: set[str]) -> dict[str, Any]:
    folded = fold_title(card.title)
    if not folded:
        raise _CardError("a title without a letter or digit")
    paper_id = f"page:{hashlib.sha256(folded.encode()).hexdigest()[:12]}"
    footer = card.footer
    row: dict[str, Any] = {
        "paper_id": paper_id,
        "title": card.title,
        "abstract": card.abstract,
        "published_at": None,
        "is_published_year_inferred": footer is not None and not footer.day.year and is_inferred,
    }
    if footer is not None:
        published = footer.day.on(year)
        row |= {
            "published_at": datetime.fromisoformat(f"{published.isoformat()}T00:00:00Z"),
            "author_count": footer.authors,
            "organization_name": footer.organization,
            "num_comments": footer.comments,
        }
    if paper_id in seen:
        raise _CardError("the same title as a card above it")
    seen.add(paper_id)
    return row


def _page_date(
    day: Day | None, cards: list[Card], named: date | None, seen_on: date
) -> tuple[date, int, bool]:
    """The page's date, the year of footers that show none, and whether that year is inferred.

    The year is the page's own, else it follows from the date in the file's name, else it is the
    year after the newest one that a card shows, though never one that lies ahead of us.
    """
    if day is not None and day.year:
        return day.on(day.year), day.year, False
    if named:
        year = named.year if day is None else day.latest_year(named)
        return (named if day is None else day.on(year)), year, False
    shown = [card.footer.day.year for card in cards if card.footer and card.footer.day.year]
    # A day of grace: the page may come from where it is tomorrow already.
    until = min(date(min(max(shown, default=9998) + 1, 9999), 12, 31), seen_on + timedelta(days=1))
    if day is None:
        return seen_on, until.year, True
    year = day.latest_year(until)
    return day.on(year), year, True


def _read_html(text: str, named: date | None, facts: Mapping[str, Any]) -> Page:
    node = LexborHTMLParser(text).css_first('[data-target="DailyPapers"]')
    if node is None:
        raise NotAListingPageError('an HTML page without an element data-target="DailyPapers"')
    try:
        content = json.loads(node.attributes.get("data-props") or "")
        items = content["dailyPapers"]
        day = content.get("date")
        listing_date = date.fromisoformat(day[:10]) if isinstance(day, str) else named
        parsed = parse_records(items) if isinstance(items, list) else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotAListingPageError(
            f"the page's data-props hold no listing: {type(error).__name__}: {str(error)[:200]}"
        ) from None
    if parsed is None or listing_date is None:
        raise NotAListingPageError("the page's data-props hold no list of papers with its date")

    refused = [Refused(f"dailyPapers{x.place[1:]}", x.reason, x.payload) for x in parsed.refused]
    records, ranks = [], []
    seen: set[str] = set()
    for position, record in parsed.records:
        paper_id = record.paper.id
        if paper_id in seen:
            place = f"dailyPapers[{position}]"
            refused.append(Refused(place, f"{paper_id} stands twice on the page", paper_id))
            continue
        seen.add(paper_id)
        records.append(record)
        ranks.append(position + 1)
    listings = listing_table(
        records,
        ranks=ranks,
        source=SOURCE,
        listing_kind="day",
        listing_date=listing_date,
        observed_at=facts["observed_at"],
        landed_in=[facts["landed_in"]] * len(records),
    )
    return Page("day", listing_date, listings, refused)


def _quarantine(refused: list[Refused], landed: Landed) -> pa.Table:
    return quarantine_table(
        refused,
        source=SOURCE,
        landed_in=[landed.path] * len(refused),
        first_seen_at=landed.observed_at,
    )
