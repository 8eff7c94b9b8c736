"""What each feed holds: a version's days, weeks, trends and searches as entries.

What does not belong here: Atom, files and times of change (``feeds.py``, ``feed_state.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Final

from orchestration.publish.facts import Day, Paper, week_of
from orchestration.publish.feed_state import fingerprint
from orchestration.publish.links import Links
from orchestration.publish.query import Kind, one_part
from orchestration.publish.readings import Reader
from orchestration.publish.rendering import day_words, plural, render
from orchestration.publish.searches import SearchFile

DAYS_KEPT: Final = 14
WEEKS_KEPT: Final = 8
PAPERS_A_DAY: Final = 200
PAPERS_A_WEEK: Final = 30
PAPERS_TRENDING: Final = 50
TOPICS_RISING: Final = 20
PAPERS_A_TOPIC: Final = 5
AUTHORS_AN_ENTRY: Final = 20


@dataclass(frozen=True)
class Entry:
    """One entry; ``key`` names it forever.

    ``kept_content`` is for entries whose content is only taken anew when the fingerprint changes.
    """

    key: str
    title: str
    page: str
    content: str
    fingerprint: str
    published: datetime | None = None
    authors: Sequence[str] = ()
    topics: Sequence[str] = ()
    kept_content: str | None = None


@dataclass(frozen=True)
class Feed:
    """One feed: its entries in the order they are read in."""

    name: str
    title: str
    subtitle: str
    page: str
    entries: list[Entry] = field(default_factory=list)


def trending(reader: Reader, links: Links) -> Feed:
    """The papers that trend this week."""
    papers = reader.trending("week", PAPERS_TRENDING)
    subtitle = "The week's papers by a score that is fair to their age"
    entries = [paper_entry(paper, links) for paper in papers]
    return Feed("trending", "Papertide: trending papers", subtitle, links.home, entries)


def rising(reader: Reader, links: Links) -> Feed:
    """Topics that are on the rise, an entry a topic and week."""
    week = week_of(reader.build().built_at.date())
    entries = []
    for topic in reader.rising_topics(TOPICS_RISING):
        query = one_part(Kind.TOPIC, topic.topic)
        papers, _ = reader.matching(query, "newest", PAPERS_A_TOPIC)
        content = render("feed_topic.html", topic=topic, papers=papers, links=links)
        page = links.topic(topic.topic)
        entries.append(
            Entry(
                key=f"rising/{week.isoformat()}/{topic.topic}",
                title=f"Rising: {topic.topic}",
                page=page,
                content=content,
                # The numbers move with every build; the news is that the topic rises this week.
                fingerprint=fingerprint(page, topic.topic, week),
                topics=[topic.topic],
                kept_content=content,
            )
        )
    subtitle = "Topics with more papers in 28 days than the 24 weeks before let expect"
    return Feed("rising-topics", "Papertide: rising topics", subtitle, links.home, entries)


def saved_search(reader: Reader, links: Links, file: SearchFile) -> Feed:
    """The feed of a saved search."""
    search = file.search
    papers, matches = reader.matching(search.parsed, search.order, search.limit)
    return Feed(
        name=f"searches/{file.slug}",
        title=f"Papertide: {search.name}",
        subtitle=f"{plural(matches, 'paper')} for: {search.query or 'everything'}",
        page=links.search(search.query),
        entries=[paper_entry(paper, links) for paper in papers],
    )


def paper_entry(paper: Paper, links: Links) -> Entry:
    """A paper as an entry, the same in every feed; votes are left out, as they never rest."""
    page = links.paper(paper.paper_id)
    content = render("feed_paper.html", paper=paper, links=links)
    listed = paper.first_listed_on
    return Entry(
        key=f"paper/{paper.paper_id}",
        title=paper.title,
        page=page,
        content=content,
        fingerprint=fingerprint(paper.title, page, content, paper.authors, paper.topics),
        published=datetime.combine(listed, time(), UTC) if listed else None,
        authors=paper.authors[:AUTHORS_AN_ENTRY],
        topics=paper.topics,
    )


class Editions:
    """Days and weeks of one version."""

    def __init__(self, reader: Reader, links: Links) -> None:
        self._reader = reader
        self._links = links
        self._today = reader.build().built_at.date()

    @cached_property
    def _days(self) -> list[Day]:
        return self._reader.days()

    def daily(self) -> Feed:
        """The daily feed."""
        newest = self._days[-1] if self._days else None
        state = "No day has been collected yet."
        if newest:
            state = f"{day_words(newest.listing_date)}: {self._in_words(newest)}."
        entries = [self._day(day) for day in self._days_kept()]
        return Feed("daily", "Papertide: each day's papers", state, self._links.home, entries)

    def weekly(self) -> Feed:
        """The weekly feed."""
        subtitle = f"The {PAPERS_A_WEEK} papers with the best score of each week that is over"
        entries = [self._week(first) for first in self._weeks_kept()]
        title = "Papertide: the best of each week"
        return Feed("weekly", title, subtitle, self._links.home, entries)

    def _days_kept(self) -> list[Day]:
        """The newest days, newest first, and the last complete one however old it is."""
        kept = self._days[-DAYS_KEPT:]
        complete = [day for day in self._days if self._is_complete(day)]
        if complete and complete[-1] not in kept:
            kept = [complete[-1], *kept]
        return kept[::-1]

    def _weeks_kept(self) -> list[date]:
        """Mondays of the newest weeks that are over, newest first."""
        weeks = {week_of(day.listing_date) for day in self._days}
        over = [first for first in weeks if first + timedelta(days=6) < self._today]
        return sorted(over, reverse=True)[:WEEKS_KEPT]

    def _is_complete(self, day: Day) -> bool:
        # The hub adds papers to a day until it ends in UTC, also after all pages were read.
        return day.status != "partial" and day.listing_date < self._today

    def _in_words(self, day: Day) -> str:
        if not self._is_complete(day):
            return f"{plural(day.papers, 'paper')} so far, not complete yet"
        return plural(day.papers, "paper") if day.papers else "no papers were listed"

    def _day(self, day: Day) -> Entry:
        note = "" if self._is_complete(day) else "This day is not complete yet: more may follow."
        if not day.papers and not note:
            note = "No papers were listed on this day."
        title = f"{day_words(day.listing_date)}: {self._in_words(day)}"
        first = last = day.listing_date
        return self._edition("day", first, last, title, note, PAPERS_A_DAY)

    def _week(self, first: date) -> Entry:
        last = first + timedelta(days=6)
        partial = [
            day
            for day in self._days
            if first <= day.listing_date <= last and not self._is_complete(day)
        ]
        lacking = len(partial) + self._reader.missing_days(first, last)
        note = f"{plural(lacking, 'day')} of this week not complete." if lacking else ""
        title = f"Week of {day_words(first)}: the best papers"
        return self._edition("week", first, last, title, note, PAPERS_A_WEEK)

    def _edition(
        self, period: str, first: date, last: date, title: str, note: str, limit: int
    ) -> Entry:
        ids = self._reader.listed_ids(first, last)
        page = self._links.period(period, first)
        content = render(
            "feed_edition.html",
            papers=self._reader.listed(first, last, limit),
            total=len(ids),
            note=note,
            page=page,
            links=self._links,
        )
        return Entry(
            key=f"{period}/{first.isoformat()}",
            title=title,
            page=page,
            content=content,
            # The order moves with the votes for two weeks; the edition is which papers it has.
            fingerprint=fingerprint(page, title, note, ids),
            published=datetime.combine(first, time(), UTC),
            kept_content=content,
        )
