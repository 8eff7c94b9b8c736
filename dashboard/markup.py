"""Strangers' text as HTML: the one place that decides how upstream text is shown.

Titles, abstracts, names and links come from people nobody checked. Every string that reaches a page
goes through :func:`text` or :func:`link`; Markdown is never made from it. What does not belong
here: what a card looks like.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

LINKED_SCHEMES: Final = frozenset({"http", "https"})


def text(value: object) -> str:
    """``value`` as HTML text; None is empty."""
    return "" if value is None else escape(str(value), quote=True)


def link(url: str | None, label: object, title: str = "") -> str:
    """A link that opens beside the dashboard; only its label when ``url`` is no http(s) address."""
    if url is None or not is_web_address(url):
        return text(label)
    hint = f' title="{text(title)}"' if title else ""
    return (
        f'<a href="{text(url)}" target="_blank" rel="noopener noreferrer"{hint}>{text(label)}</a>'
    )


def is_web_address(url: str) -> bool:
    """Whether ``url`` is an http(s) address with a host and without white space."""
    if any(character.isspace() for character in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in LINKED_SCHEMES and bool(parts.hostname)


def page_address(page: str, state: Mapping[str, object]) -> str:
    """The address of a page of the dashboard with its state, relative to the dashboard's root.

    The first page has no name; without "./" that would be the page the link stands on.
    """
    given = {name: value for name, value in state.items() if value is not None}
    return (quote(page) or "./") + ("?" + urlencode(given) if given else "")


def page_link(page: str, label: object, state: Mapping[str, object], css_class: str = "") -> str:
    """A link to another page of the dashboard."""
    kind = f' class="{css_class}"' if css_class else ""
    address = text(page_address(page, state))
    return f'<a href="{address}" target="_self"{kind}>{text(label)}</a>'


def sparkline(values: Sequence[float | None], width: int = 88, height: int = 24) -> str:
    """An upvote curve as a small picture; empty with fewer than two points."""
    points = [float(value) for value in values if value is not None]
    if len(points) < 2:
        return ""
    low, high = min(points), max(points)
    spread = (high - low) or 1.0
    path = " ".join(
        f"{2 + index * (width - 4) / (len(points) - 1):.1f},"
        f"{height - 3 - (value - low) / spread * (height - 6):.1f}"
        for index, value in enumerate(points)
    )
    end = path.rsplit(" ", 1)[-1].split(",")
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<polyline points="{path}" fill="none" stroke="#2a8ba0" stroke-width="1.6"'
        ' stroke-linejoin="round" stroke-linecap="round"/>'
        f'<circle cx="{end[0]}" cy="{end[1]}" r="2.2" fill="#2a8ba0"/></svg>'
    )
    words = f"upvotes from {points[0]:,.0f} to {points[-1]:,.0f}"
    return (
        f'<img class="pt-spark" alt="{words}" title="{words}" width="{width}" height="{height}"'
        f' src="data:image/svg+xml,{quote(drawing)}">'
    )
