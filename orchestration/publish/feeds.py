"""Atom feeds of a published version: days, weeks, what trends, rising topics, saved searches.

Entries have ids that never change and times that move only when the entry does, so a reader sees
each once. Writing the same version twice writes nothing. What does not belong here: serving them
(``dashboard/routes_feeds.py``) and reading the version (``readings.py``).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID, uuid5

from feedgen.feed import FeedGenerator

from orchestration.files import write_atomically
from orchestration.publish.editions import Editions, Feed, rising, saved_search, trending
from orchestration.publish.feed_files import INDEX, feed_path, known_feeds
from orchestration.publish.feed_state import FeedState, Known, fingerprint
from orchestration.publish.links import Links
from orchestration.publish.readings import Reader, open_reader
from orchestration.publish.rendering import MADE_UP
from orchestration.publish.searches import SearchFile, read_searches, search_files
from orchestration.settings import Settings

# Ids stay when the dashboard moves to another address, so they are made from names alone.
_NAMESPACE: Final = UUID("6f1c1c9e-6f0b-5d0e-9f43-7a5a3c1c0d57")

FEED_NAMES: Final = {
    "daily": "Each day's papers",
    "weekly": "The best of each week",
    "trending": "What trends this week",
    "rising-topics": "Rising topics",
}
"""The feeds that are always there; a saved search's is ``searches/<slug>``."""


@dataclass
class FeedsReport:
    """What was written: entries by feed, feeds whose file changed, what went wrong."""

    entries: dict[str, int] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0


def write_feeds(
    settings: Settings, warehouse_path: Path, now: datetime | None = None
) -> FeedsReport:
    """Write every feed of the published version at ``warehouse_path``.

    Files whose bytes stay are not touched. A feed that can't be written is reported and keeps its
    last edition; its neighbours are written.
    """
    started = time.perf_counter()
    links = Links(settings.public_url)
    state = FeedState(settings.feeds / "state.json", now or datetime.now(UTC))
    saved, problems = read_searches(settings.searches)
    report = FeedsReport(problems=problems)
    documents = {}
    with open_reader(warehouse_path) as reader:
        feeds = _feeds(reader, links, saved)
        is_made_up = reader.build().has_demo_data
        for name, make in feeds.items():
            try:
                feed = make()
                if is_made_up:
                    title, subtitle = f"{feed.title} (made up)", f"{feed.subtitle} {MADE_UP}"
                    feed = replace(feed, title=title, subtitle=subtitle)
                documents[name] = _document(feed, links, state)
            except Exception as error:
                # Whatever is wrong with one feed, it stops no other.
                report.problems.append(f"{name}: {type(error).__name__}: {error}")
            else:
                report.entries[name] = len(feed.entries)
    state.save()
    for name, document in documents.items():
        path = feed_path(settings, name)
        if not path.exists() or path.read_bytes() != document:
            write_atomically(path, document)
            report.changed.append(name)
    # A search whose file has a mistake is still one: its readers keep what they have.
    kept = {f"searches/{path.stem}" for path in search_files(settings.searches)}
    _write_index(settings, saved, kept)
    for path in sorted((settings.feeds / "searches").glob("*.xml")):
        name = f"searches/{path.stem}"
        if name not in kept:
            path.unlink()
            report.removed.append(name)
    report.seconds = time.perf_counter() - started
    return report


def _write_index(settings: Settings, saved: Sequence[SearchFile], kept: Set[str]) -> None:
    """Tell the titles of the feeds that are there."""
    before = {name: title for name, title in known_feeds(settings).items() if name in kept}
    titles = FEED_NAMES | before | {f"searches/{file.slug}": file.search.name for file in saved}
    there = {name: title for name, title in titles.items() if feed_path(settings, name).exists()}
    write_atomically(settings.feeds / INDEX, json.dumps(there).encode())


def _feeds(
    reader: Reader, links: Links, saved: Sequence[SearchFile]
) -> dict[str, Callable[[], Feed]]:
    """What makes each feed, by name."""
    periods = Editions(reader, links)
    standing: dict[str, Callable[[], Feed]] = {
        "daily": periods.daily,
        "weekly": periods.weekly,
        "trending": partial(trending, reader, links),
        "rising-topics": partial(rising, reader, links),
    }
    return standing | {
        f"searches/{file.slug}": partial(saved_search, reader, links, file) for file in saved
    }


def _id(key: str) -> str:
    return uuid5(_NAMESPACE, key).urn


def _document(feed: Feed, links: Links, state: FeedState) -> bytes:
    stamps = [
        state.stamp(entry.key, entry.fingerprint, entry.kept_content, entry.published)
        for entry in feed.entries
    ]
    known = _stamp_feed(feed, stamps, links, state)
    document = FeedGenerator()
    document.id(_id(f"feed/{feed.name}"))
    document.title(feed.title)
    document.subtitle(feed.subtitle)
    document.updated(known.updated)
    document.author(name="Papertide")
    document.generator("Papertide")
    document.link(href=links.feed(feed.name), rel="self", type="application/atom+xml")
    document.link(href=feed.page, rel="alternate", type="text/html")
    for entry, stamp in zip(feed.entries, stamps, strict=True):
        item = document.add_entry(order="append")
        item.id(_id(entry.key))
        item.title(entry.title)
        item.updated(stamp.updated)
        item.published(stamp.published)
        item.link(href=entry.page, rel="alternate", type="text/html")
        item.author([{"name": name} for name in entry.authors])
        item.category([{"term": topic} for topic in entry.topics])
        item.content(stamp.content or entry.content, type="html")
    content: bytes = document.atom_str()
    return content


def _stamp_feed(feed: Feed, stamps: list[Known], links: Links, state: FeedState) -> Known:
    moved = [(entry.key, stamp.updated) for entry, stamp in zip(feed.entries, stamps, strict=True)]
    checksum = fingerprint(feed.title, feed.subtitle, feed.page, links.feed(feed.name), moved)
    return state.stamp(f"feed/{feed.name}", checksum)
