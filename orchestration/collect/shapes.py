"""What the hub sends, declared: the fields that are known, by the hub's own names, and their types.

Every field but a paper's ``id`` may be missing. What does not belong here: reading
(``records.py``), and the lake's columns (``schema.py``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

# Bounds that are wider than any true value and keep every later step (Arrow, SQL) from overflowing.
YEARS: Final = range(1990, 2200)
COUNT_LIMIT: Final = 2**53

Text = str | None
Flag = bool | None
Count = Annotated[int, Meta(ge=0, lt=COUNT_LIMIT)] | None
Instant = datetime | None
PassedOver = Any
"""A known field without a column: a copy of another field, or a view of whoever asked."""

# `gc=False` below: JSON holds no cycles, so none are looked for among millions of lines.


class HubUser(Struct, gc=False):
    """A hub account; `name` or `user` is the username, by the place it stands in."""

    user: Text = None
    name: Text = None
    fullname: Text = None


class Organization(Struct, gc=False):
    """An organization; `name` is its slug."""

    name: Text = None
    fullname: Text = None


class AuthorLine(Struct, gc=False, forbid_unknown_fields=True):
    """One line of a paper's author list."""

    _id: Text = None
    name: Text = None
    user: HubUser | None = None
    status: Text = None
    statusLastChangedAt: Instant = None
    hidden: Flag = None

    def __post_init__(self) -> None:
        if self.statusLastChangedAt is not None:
            _check_year("statusLastChangedAt", self.statusLastChangedAt)


class Paper(Struct, gc=False, forbid_unknown_fields=True):
    """What stands inside ``paper``."""

    id: Annotated[str, Meta(min_length=1, max_length=200)]
    title: Text = None
    summary: Text = None
    authors: list[AuthorLine] | None = None
    publishedAt: Instant = None
    submittedOnDailyAt: Instant = None
    submittedOnDailyBy: HubUser | None = None
    upvotes: Count = None
    discussionId: Text = None
    projectPage: Text = None
    githubRepo: Text = None
    githubRepoAddedBy: PassedOver = None
    githubStars: Count = None
    organization: Organization | None = None
    ai_summary: Text = None
    ai_summary_model: PassedOver = None
    ai_keywords: list[str] | None = None
    mediaUrls: list[str] | None = None

    def __post_init__(self) -> None:
        if self.publishedAt is not None:
            _check_year("publishedAt", self.publishedAt)
        if self.submittedOnDailyAt is not None:
            _check_year("submittedOnDailyAt", self.submittedOnDailyAt)


class Record(Struct, gc=False, forbid_unknown_fields=True):
    """One record of a listing or of a search."""

    paper: Paper
    title: Text = None
    summary: Text = None
    publishedAt: PassedOver = None
    thumbnail: Text = None
    numComments: Count = None
    submittedBy: HubUser | None = None
    organization: Organization | None = None
    isAuthorParticipating: Flag = None
    mediaUrl: Text = None
    mediaUrls: list[str] | None = None
    upvoted: PassedOver = None
    highlightedTitle: PassedOver = None
    highlightedSummary: PassedOver = None


class RecordWithExtra(Record, kw_only=True, gc=False):
    """A record that came with fields nobody knows; `extra` is their JSON, by dotted names."""

    extra: str


def _check_year(field: str, instant: datetime) -> None:
    if instant.year not in YEARS:
        raise ValueError(f"{field}: not within the years {YEARS[0]} to {YEARS[-1]}")
