"""What feeds and digests show of papers, days and topics, with strangers' text made harmless.

Text gets here without the characters XML forbids and links only to http(s) addresses; escaping is
the templates'. What does not belong here: reading them (``readings.py``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Paper:
    """What is shown of a paper; each text and list may be missing upstream."""

    paper_id: str
    title: str
    abstract: str
    authors: list[str]
    author_count: int
    organization_name: str
    topics: list[str]
    github_url: str
    project_url: str
    arxiv_url: str
    first_listed_on: date | None
    upvotes: int | None


@dataclass(frozen=True, slots=True)
class Day:
    """A listing day: ``status`` is complete, partial or empty."""

    listing_date: date
    status: str
    papers: int


@dataclass(frozen=True, slots=True)
class Topic:
    """A rising topic with the numbers that say so."""

    topic: str
    papers: int
    recent_papers: int
    expected_papers: float


@dataclass(frozen=True, slots=True)
class Build:
    """How far a version's data goes, in UTC, and whether it is real."""

    built_at: datetime
    has_demo_data: bool


@dataclass(frozen=True, slots=True)
class Window:
    """Which papers are news: first seen after ``since_us`` up to ``through_us`` (microseconds since
    1970) and first listed on ``listed_from`` or later."""

    since_us: int
    through_us: int
    listed_from: date


def clean(text: str | None) -> str:
    """White space folded, and without the characters an XML file can't hold."""
    return " ".join(_FORBIDDEN.sub("", text or "").split())


def web_address(url: str | None) -> str:
    """The address when it is an http(s) one with a host and no white space, else nothing."""
    if not url or clean(url) != url or " " in url or not url.isascii():
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme.lower() in ("http", "https") and parts.hostname else ""


def week_of(day: date) -> date:
    """The Monday of a day's ISO week."""
    return day - timedelta(days=day.weekday())


def paper_from(row: Mapping[str, Any]) -> Paper:
    """A paper from a row that has its columns."""
    paper = {field.name: row[field.name] for field in fields(Paper)}
    for name in ("paper_id", "title", "abstract", "organization_name"):
        paper[name] = clean(paper[name])
    for name in ("github_url", "project_url", "arxiv_url"):
        paper[name] = web_address(paper[name])
    for name in ("authors", "topics"):
        paper[name] = [text for text in map(clean, paper[name] or []) if text]
    paper["title"] = paper["title"] or paper["paper_id"]
    paper["author_count"] = paper["author_count"] or len(paper["authors"])
    return Paper(**paper)
