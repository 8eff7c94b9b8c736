"""Validated records as tables of the lake: rows of ``listings`` and of ``quarantined_records``.

Built column by column from the validated records: measured, two thirds of the time that Arrow takes
to take whole records apart. What does not belong here: validation (``records.py``), and files
(``lake.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import accumulate
from typing import Any, Final

import pyarrow as pa
from pydantic_core import to_json

from orchestration.collect import lake
from orchestration.collect.records import AuthorLine, HubUser, Paper, Record, Refused
from orchestration.collect.schema import AUTHOR, LISTINGS, SCHEMA_VERSION

# Known fields without a column: copies of other fields, and views of whoever asked.
_PASSED_OVER_RECORD = {"publishedAt", "upvoted", "highlightedTitle", "highlightedSummary"}
_PASSED_OVER_PAPER = {"githubRepoAddedBy", "ai_summary_model"}
_KNOWN_RECORD = frozenset(Record.__annotations__) | _PASSED_OVER_RECORD
_KNOWN_PAPER = frozenset(Paper.__annotations__) | _PASSED_OVER_PAPER
_KNOWN_AUTHOR = frozenset(AuthorLine.__annotations__)


def listing_table(
    records: Sequence[Record],
    *,
    ranks: Sequence[int],
    source: str,
    listing_kind: str,
    listing_date: date,
    observed_at: datetime,
    landed_in: Sequence[str],
) -> pa.Table:
    """Rows of ``listings`` for one observation.

    Args:
        records: validated records, each paper at most once.
        ranks: 1-based place of each record in the listing.
        landed_in: landed file of each record.
        source, listing_kind, listing_date, observed_at: of the observation.
    """
    papers = [record["paper"] for record in records]
    users = [
        (r.get("submittedBy") or {}, p.get("submittedOnDailyBy") or {})
        for r, p in zip(records, papers, strict=True)
    ]
    organizations = [
        p.get("organization") or r.get("organization") or {}
        for r, p in zip(records, papers, strict=True)
    ]
    both = list(zip(records, papers, strict=True))
    columns: dict[str, Any] = {
        "source": _constant(source, len(records)),
        "listing_kind": _constant(listing_kind, len(records)),
        "listing_date": _constant(listing_date, len(records)),
        "observed_at": _constant(observed_at, len(records)),
        "paper_id": [p["id"] for p in papers],
        "rank": ranks,
        "title": [_fold(p.get("title") or r.get("title")) for r, p in both],
        "abstract": [_fold(p.get("summary") or r.get("summary")) for r, p in both],
        "published_at": [p.get("publishedAt") for p in papers],
        "is_published_year_inferred": _constant(False, len(records)),
        "submitted_at": [p.get("submittedOnDailyAt") for p in papers],
        "submitter_username": [
            by.get("name") or daily.get("user") or daily.get("name") for by, daily in users
        ],
        "submitter_name": [by.get("fullname") or daily.get("fullname") for by, daily in users],
        "author_count": [
            None if (authors := p.get("authors")) is None else len(authors) for p in papers
        ],
        "authors": _authors(papers),
        "organization_id": [organization.get("name") for organization in organizations],
        "organization_name": [
            organization.get("fullname") or organization.get("name")
            for organization in organizations
        ],
        "upvotes": [p.get("upvotes") for p in papers],
        "num_comments": [r.get("numComments") for r in records],
        "github_url": [p.get("githubRepo") for p in papers],
        "github_stars": [p.get("githubStars") for p in papers],
        "project_url": [p.get("projectPage") for p in papers],
        "discussion_id": [p.get("discussionId") for p in papers],
        "thumbnail_url": [r.get("thumbnail") for r in records],
        "media_urls": [_media(r, p) for r, p in both],
        "ai_summary": [p.get("ai_summary") for p in papers],
        "ai_keywords": [p.get("ai_keywords") for p in papers],
        "is_author_participating": [r.get("isAuthorParticipating") for r in records],
        "extra": [_extra(r, p) for r, p in both],
        "landed_in": landed_in,
        "schema_version": _constant(SCHEMA_VERSION, len(records)),
    }
    return pa.table(
        [
            values if isinstance(values, pa.Array) else pa.array(values, type=field.type)
            for field, values in zip(LISTINGS, columns.values(), strict=True)
        ],
        schema=LISTINGS,
    )


def quarantine_table(
    refused: Sequence[Refused], *, source: str, landed_in: Sequence[str], first_seen_at: datetime
) -> pa.Table:
    """Rows of ``quarantined_records``; `landed_in` is the landed file of each."""
    return lake.rows(
        "quarantined_records",
        [
            {
                "source": source,
                "landed_in": path,
                "place": each.place,
                "reason": each.reason,
                "first_seen_at": first_seen_at,
                "payload": each.payload,
            }
            for each, path in zip(refused, landed_in, strict=True)
        ],
    )


def _constant(value: Any, length: int) -> Any:
    return [value] * length


def _fold(text: str | None) -> str | None:
    return " ".join(text.split()) if text else text


def _media(record: Record, paper: Paper) -> list[str] | None:
    single = record.get("mediaUrl")  # the shape before 2025
    return paper.get("mediaUrls") or record.get("mediaUrls") or ([single] if single else None)


def _authors(papers: Sequence[Paper]) -> pa.Array:
    """The author lists of the papers, in the lake's shape."""
    lists = [paper.get("authors") for paper in papers]
    lines = [line for authors in lists if authors for line in authors]
    users = [line.get("user") or _NO_USER for line in lines]
    values = [
        [line.get("_id") for line in lines],
        [line.get("name") for line in lines],
        [user.get("user") or user.get("name") for user in users],
        [user.get("fullname") for user in users],
        [line.get("status") for line in lines],
        [line.get("statusLastChangedAt") for line in lines],
        [line.get("hidden") for line in lines],
    ]
    structs = pa.StructArray.from_arrays(
        [pa.array(column, type=f.type) for f, column in zip(AUTHOR, values, strict=True)],
        fields=list(AUTHOR),
    )
    ends = accumulate((len(authors or ()) for authors in lists), initial=0)
    return pa.ListArray.from_arrays(
        pa.array(ends, type=pa.int32()),
        structs,
        type=LISTINGS.field("authors").type,
        mask=pa.array([authors is None for authors in lists], type=pa.bool_()),
    )


_NO_USER: Final[HubUser] = {}


def _extra(record: Record, paper: Paper) -> str | None:
    """The fields that nobody knows, by their dotted names, as JSON."""
    unknown: dict[str, Any] = {}
    if not record.keys() <= _KNOWN_RECORD:
        unknown.update({k: v for k, v in record.items() if k not in _KNOWN_RECORD})
    if not paper.keys() <= _KNOWN_PAPER:
        unknown.update({f"paper.{k}": v for k, v in paper.items() if k not in _KNOWN_PAPER})
    for author in paper.get("authors") or ():
        if not author.keys() <= _KNOWN_AUTHOR:
            for key in author.keys() - _KNOWN_AUTHOR:
                unknown.setdefault(f"paper.authors[].{key}", []).append(author.get(key))
    return to_json(unknown).decode() if unknown else None
