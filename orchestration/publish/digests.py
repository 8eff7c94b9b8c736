"""Digests: the papers new since a subscriber's last one, best first, by what was asked for.

What does not belong here: who subscribed (``subscriptions.py``), mails (``letters.py``) and sending
them (``sending.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from markupsafe import Markup

from orchestration.publish.facts import Window
from orchestration.publish.links import Links
from orchestration.publish.query import Kind, QueryError, parse_query
from orchestration.publish.readings import Reader
from orchestration.publish.rendering import MADE_UP, day_words, plural, render, shortened
from orchestration.publish.store import Frequency

PAPERS_A_SECTION: Final = 20
TOPICS_SHOWN: Final = 5
LOOK_BACK: Final = timedelta(days=14)
"""Papers listed earlier are history that was collected later, not news."""

FIRST_DIGEST: Final = {Frequency.DAILY: timedelta(days=1), Frequency.WEEKLY: timedelta(days=7)}
"""How far a subscriber's first digest goes back."""


@dataclass(frozen=True)
class Section:
    """The papers of one query, as HTML and as text."""

    total: int
    html: Markup
    text: str


@dataclass(frozen=True)
class Digest:
    """What a digest says, without its reader's own links."""

    subject: str
    heading: str
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    topics_html: Markup
    topics_text: str
    home: str


class DigestWriter:
    """Writes digests of one version and edition; what readers share is written once."""

    def __init__(self, reader: Reader, links: Links, frequency: Frequency, day: date) -> None:
        self._reader = reader
        self._links = links
        self._frequency = frequency
        self._day = day
        self._build = reader.build()
        topics = reader.rising_topics(TOPICS_SHOWN)
        self._topics_html = Markup(render("digest_topics.html", topics=topics, links=links))  # noqa: S704 - a template escaped it
        self._topics_text = render("digest_topics.txt", topics=topics, links=links)
        self._through_us = reader.newest_observation()
        # On a Monday the last day is Friday: a first digest is not to be empty for that.
        with_papers = [
            listed.listing_date
            for listed in reader.days(day - LOOK_BACK)
            if listed.papers and listed.listing_date < day
        ]
        self._first_from = min(day - FIRST_DIGEST[frequency], *with_papers[-1:], day)
        self._section = lru_cache(maxsize=10_000)(self._new_section)
        self._notes = lru_cache(maxsize=100)(self._new_notes)

    def window(self, covered_us: int | None) -> Window:
        """What is news to somebody whose digests went up to ``covered_us``."""
        if covered_us is None:
            return Window(0, self._through_us, self._first_from)
        return Window(covered_us, self._through_us, self._day - LOOK_BACK)

    def digest(self, queries: Sequence[str], window: Window) -> Digest | None:
        """The digest of the queries, or None when none found anything."""
        sections = tuple(
            section for query in queries if (section := self._section(query, window)).total
        )
        if not sections:
            return None
        return Digest(
            subject=f"Papertide {self._frequency}: {_news(queries, sections)}",
            heading=f"{self._frequency.capitalize()} digest of {day_words(self._day)}",
            sections=sections,
            notes=self._notes(window.listed_from),
            topics_html=self._topics_html,
            topics_text=self._topics_text,
            home=self._links.home,
        )

    def _new_notes(self, listed_from: date) -> tuple[str, ...]:
        today = self._build.built_at.date()
        open_days = [
            f"{day_words(day.listing_date)} is not complete yet: what comes later is in the next"
            " digest."
            for day in self._reader.days(listed_from)
            if day.status == "partial" or day.listing_date >= today
        ]
        return (*([MADE_UP] if self._build.has_demo_data else []), *open_days)

    def _new_section(self, text: str, window: Window) -> Section:
        query = parse_query(text)
        papers, total = self._reader.matching(query, "score", PAPERS_A_SECTION, window)
        words = query_words(text)
        values = {
            "heading": words[:1].upper() + words[1:],
            "papers": papers,
            "total": total,
            "search": self._links.search(_narrowed(text, window.listed_from)),
            "links": self._links,
        }
        html = Markup(render("digest_section.html", **values))  # noqa: S704 - a template escaped it
        return Section(total, html, render("digest_section.txt", **values))


def _narrowed(text: str, first: date) -> str:
    """The query of a section's papers alone; the query itself when it can't be any longer."""
    try:
        return parse_query(f"{text} after:{first}").text
    except QueryError:
        return text


def _news(queries: Sequence[str], sections: Sequence[Section]) -> str:
    if len(queries) == 1:
        return f"{plural(sections[0].total, 'paper')}, {shortened(query_words(queries[0]), 80)}"
    # A paper may be found by several, so their counts don't add up.
    return f"news of {len(sections)} of your {len(queries)} searches"


def edition_name(frequency: Frequency, now: datetime) -> str:
    """The edition that is sent at ``now``: a day's or an ISO week's."""
    if frequency is Frequency.WEEKLY:
        return f"{frequency}:{now:%G-W%V}"
    return f"{frequency}:{now:%Y-%m-%d}"


def query_words(text: str) -> str:
    """A query as people say it, for headings and subjects."""
    query = parse_query(text)
    if not query.parts:
        return "all papers"
    if len(query.parts) == 1 and not query.parts[0].negated:
        part = query.parts[0]
        names = {Kind.TOPIC: "topic", Kind.AUTHOR: "author", Kind.ORGANIZATION: "organization"}
        if part.kind in names:
            return f"{names[part.kind]} {part.value}"
    return query.text
