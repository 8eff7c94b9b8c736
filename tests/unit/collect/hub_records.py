"""Hub records made by hand for the collecting tests. What does not belong here: assertions."""

from __future__ import annotations

import json
from typing import Any


def hub_record(paper_id: str = "2602.00001", **paper: Any) -> dict[str, Any]:
    """A record with every known field; `paper` overrides fields inside ``paper``."""
    return {
        "paper": {
            "id": paper_id,
            "title": f"Tides of\n  {paper_id}",
            "summary": "We measure\n tides.",
            "authors": [
                {
                    "_id": "a1",
                    "name": "Ada Tide",
                    "hidden": False,
                    "status": "claimed_verified",
                    "statusLastChangedAt": "2026-02-03T04:05:06.789Z",
                    "user": {"user": "ada", "fullname": "Ada T.", "type": "user"},
                },
                {"_id": "a2", "name": "Ben Ebb", "hidden": True},
            ],
            "publishedAt": "2026-02-02T00:00:00.000Z",
            "submittedOnDailyAt": "2026-02-03T01:00:00.000Z",
            "submittedOnDailyBy": {"user": "ada", "fullname": "Ada T."},
            "upvotes": 7,
            "discussionId": "d1",
            "projectPage": "https://example.org/tides",
            "githubRepo": "https://github.com/tide/tides",
            "githubStars": 12,
            "organization": {"name": "tideAI", "fullname": "Tide AI"},
            "ai_summary": "Tides, measured.",
            "ai_keywords": ["tides", "moon"],
            "mediaUrls": ["https://example.org/tide.mp4"],
            **paper,
        },
        "title": f"Tides of {paper_id}",
        "publishedAt": "2026-02-01T20:00:00.000Z",
        "thumbnail": "https://example.org/tide.png",
        "numComments": 3,
        "submittedBy": {"name": "ada", "fullname": "Ada T.", "isPro": False},
        "isAuthorParticipating": True,
    }


def body_of(*records: Any) -> bytes:
    """The bytes of a response with these records."""
    return json.dumps(records).encode()
