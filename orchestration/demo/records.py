"""The spelling of a listing in the hub's own JSON, odd forms included.

A missing value is a missing key; listings before 2025 have the older form; some titles and
abstracts hold line breaks. What does not belong here: the values.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime, timedelta
from typing import Any

Record = dict[str, Any]

_LONG_LINE = re.compile(r"(.{64}\S*) ")


def spell(
    facts: Record, listing_date: date, *, upvotes: int, num_comments: int, github_stars: int
) -> Record:
    """Spell one listing as the hub does.

    Args:
        facts: A row of the columns of ``Papers.table``.
        listing_date: The day of the listing; before 2025 the hub used the older form.
        upvotes: Of the moment, as the two other numbers.
    """
    is_wrapped = int(facts["paper_id"][-1]) < 4  # older records hold line breaks
    title = _LONG_LINE.sub(r"\1\n  ", facts["title"]) if is_wrapped else facts["title"]
    abstract = _LONG_LINE.sub(r"\1\n", facts["abstract"]) if is_wrapped else facts["abstract"]
    submitter = facts["submitter_username"] and _user(
        facts["submitter_username"], facts["submitter_name"]
    )
    organization = facts["organization_id"] and {
        "_id": _object_id(facts["organization_id"]),
        "name": facts["organization_id"],
        "fullname": facts["organization_name"],
        "avatar": "/avatars/demo.svg",
    }
    paper = {
        "id": facts["paper_id"],
        "authors": [_author(author) for author in facts["authors"]],
        "publishedAt": _instant(facts["published_at"]),
        "submittedOnDailyAt": facts["submitted_at"] and _instant(facts["submitted_at"]),
        "title": title,
        "submittedOnDailyBy": submitter,
        "summary": abstract,
        "upvotes": upvotes,
        "discussionId": facts["discussion_id"],
        "projectPage": facts["project_url"],
        "githubRepo": facts["github_url"],
        "githubRepoAddedBy": facts["github_url"] and "user",
        "ai_summary": facts["ai_summary"],
        "ai_keywords": facts["ai_keywords"],
        "githubStars": github_stars if facts["github_url"] else None,
        "organization": organization,
    }
    is_old = listing_date < date(2025, 1, 1)
    record = {
        "paper": _present(paper),
        "publishedAt": _instant(facts["published_at"] - timedelta(hours=4)),
        "title": facts["title"],
        "summary": None if is_old else abstract,
        "mediaUrl" if is_old else "thumbnail": facts["thumbnail_url"],
        "numComments": num_comments,
        "submittedBy": submitter,
        "organization": organization,
        "isAuthorParticipating": None if is_old else facts["is_author_participating"],
    }
    return _present(record)


def _author(author: Record) -> Record:
    line = {"_id": author["author_line_id"], "name": author["name"], "hidden": author["is_hidden"]}
    if author["username"] is None:
        return line
    return line | {
        "user": _user(author["username"], author["full_name"]),
        "status": author["status"],
        "statusLastChangedAt": _instant(author["status_changed_at"]),
    }


def _user(username: str, full_name: str) -> Record:
    return {
        "_id": _object_id(username),
        "avatarUrl": "/avatars/demo.svg",
        "isPro": False,
        "fullname": full_name,
        "user": username,
        "type": "user",
        "name": username,
    }


def _present(fields: Record) -> Record:
    return {name: value for name, value in fields.items() if value is not None}


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _object_id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
