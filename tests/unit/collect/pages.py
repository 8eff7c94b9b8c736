"""Listing pages in words of our own, for the tests of pages and inbox.

What does not belong here: expectations.
"""

from __future__ import annotations

import html
import json
from typing import Any

ABSTRACT = "A long enough account of work that nobody did, on tides that nobody saw. " * 3


def card(title: str, footer: str | None = "8 authors|Jan 17, 2021", abstract: str = "") -> str:
    """A card as the page shows it; the footer's two parts stand around a bar."""
    parts = [title, abstract or f"{title}: {ABSTRACT}".strip()]
    if footer is not None:
        who, when = footer.split("|")
        parts.append(f"{'  • ' if who.endswith('authors') else ''}{who}\n·\n{when}")
    return "\n\n".join(parts)


def text_page(*cards: str, day: str | None = "Dec 24") -> str:
    """A whole text page; without ``day`` the header is missing."""
    header = ["new", "Subscribe", "Daily Papers", "byAK and the research community", day or ""]
    return "\n\n".join([*(header if day else []), *cards]) + "\n"


def html_page(props: dict[str, Any] | str) -> str:
    """A page whose records stand in an attribute, as the hub's do."""
    text = props if isinstance(props, str) else json.dumps(props)
    return (
        "<!doctype html>\n<html><head><title>Daily Papers</title></head><body>"
        '<div data-target="MainHeader" data-props="{}"></div>'
        f'<div data-target="DailyPapers" data-props="{html.escape(text)}"></div></body></html>'
    )


def record(paper_id: str, **fields: Any) -> dict[str, Any]:
    """A record of an HTML page."""
    paper = {"id": paper_id, "title": f"Paper {paper_id}", "summary": "Words.", "upvotes": 3}
    return {"paper": paper, "title": f"Paper {paper_id}", "numComments": 2, **fields}
