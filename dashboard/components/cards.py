"""Papers as cards, and the small parts of a card.

What does not belong here: tables, files, controls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from dashboard import markup
from dashboard.components.controls import pages
from dashboard.components.files import below
from dashboard.components.words import day_words, note
from dashboard.data.warehouse import Result

AUTHORS_ON_A_CARD: Final = 3
TOPICS_ON_A_CARD: Final = 6

Row = Mapping[str, Any]


def paged_cards(result: Result, shown: int, name: str) -> None:
    """A page of papers as cards, numbers to leaf on, and files; each row has ``matches``."""
    if not len(result):
        note("No papers.")
        return
    cards(result.rows)
    pages(result.rows[0]["matches"], shown)
    below(result, name, with_bibtex=True)


def cards(rows: Sequence[Row], heading: str = "Papers") -> None:
    """Papers as cards: votes, title, abstract, authors, links, topics, upvote curve."""
    inner = "".join(card(row) for row in rows)
    st.html(f'<section class="pt-cards" aria-label="{markup.text(heading)}">{inner}</section>')


def card(row: Row) -> str:
    """One paper as HTML; every column but ``paper_id`` and ``title`` may be missing or null."""
    title = markup.page_link("paper", row["title"], {"paper": row["paper_id"]})
    rank = row.get("rank_on_day")
    gained = row.get("gained")
    side = markup.sparkline(row.get("curve") or [])
    if gained:
        side += f"<div>{gained:+,} in 24 h</div>"
    votes = row.get("upvotes")
    return (
        '<article class="pt-card">'
        f'<div class="pt-votes"><b>{"?" if votes is None else f"{votes:,}"}</b>'
        f"<span>{'upvotes' if rank is None else f'rank {rank}'}</span></div>"
        f"<div><h3>{row.get('title_html') or title}</h3>"
        f'<p class="pt-abstract">{row.get("abstract_html") or markup.text(row.get("abstract"))}</p>'
        f'<div class="pt-meta">{"".join(_meta(row))}</div>'
        f'<div class="pt-chips">{"".join(_chips(row))}</div></div>'
        f'<div class="pt-side">{side}</div>'
        "</article>"
    )


def _meta(row: Row) -> list[str]:
    names = row.get("authors") or []
    count = row.get("author_count") or len(names)
    shown = ", ".join(names[:AUTHORS_ON_A_CARD])
    if shown and count > AUTHORS_ON_A_CARD:
        shown += f" and {count - min(len(names), AUTHORS_ON_A_CARD):,} more"
    parts = [
        markup.text(shown or (f"{count:,} author{'s' if count != 1 else ''}" if count else "")),
        organization_link(row)
        if row.get("organization_id")
        else markup.text(row.get("organization_name")),
        markup.text(day_words(row.get("published_on")))
        + (" (year inferred)" if row.get("published_year_inferred") else ""),
        _comments(row.get("num_comments")),
    ]
    code = row.get("github_url")
    if code and markup.is_web_address(code):
        stars = row.get("github_stars")
        label = "code" + (f" ★ {stars:,}" if stars is not None else "")
        parts.append(markup.link(code, label, row.get("github_repo") or ""))
    parts += [
        markup.link(row[column], label)
        for column, label in (
            ("project_url", "project"),
            ("hub_url", "hub"),
            ("arxiv_url", "arXiv"),
        )
        if row.get(column) and markup.is_web_address(row[column])
    ]
    return [part if part.startswith("<a") else f"<span>{part}</span>" for part in parts if part]


def organization_link(row: Row) -> str:
    """The organization of a row of ``papers`` or ``organizations``, leading to its page."""
    key = row.get("organization_id")
    name = row.get("organization_name") or row.get("name")
    if not key:
        return markup.text(name)
    return markup.page_link("organization", name or key, {"organization": key})


def author_link(row: Row) -> str:
    """The author of a row with ``author_id`` and ``name``, leading to their page."""
    return markup.page_link("author", row["name"], {"author": row["author_id"]})


def _comments(count: int | None) -> str:
    return f"{count:,} comment{'s' if count != 1 else ''}" if count else ""


def chips(row: Row, limit: int = TOPICS_ON_A_CARD) -> None:
    """A paper's topics, marks and claims as small labels."""
    st.html(f'<div class="pt-chips">{"".join(_chips(row, limit))}</div>')


def _chips(row: Row, limit: int = TOPICS_ON_A_CARD) -> list[str]:
    chips = [
        markup.page_link("topic", topic, {"topic": topic}, css_class="pt-chip")
        for topic in (row.get("topics") or [])[:limit]
    ]
    if row.get("is_withdrawn"):
        chips.append('<span class="pt-chip pt-mark">withdrawn</span>')
    chips += [
        f'<span class="pt-chip pt-mark">{markup.text(span)}</span>'
        for span in row.get("scale_claims") or []
    ]
    return chips
