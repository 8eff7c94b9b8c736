"""Papers as cards, and the small parts of a card.

What does not belong here: tables, files, controls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import streamlit as st

from dashboard import markup
from dashboard.components.controls import pages
from dashboard.components.files import below
from dashboard.components.words import day_words, note, plural, terms
from dashboard.data import glossary
from dashboard.data.warehouse import Result, Warehouse

AUTHORS_ON_A_CARD: Final = 3
TOPICS_ON_A_CARD: Final = 6
TOPICS_IN_A_CELL: Final = 3

Row = Mapping[str, Any]


NUMBERS: Final = {"upvotes": "upvotes", "rank_on_day": "rank", "gained": "in 24 h"}
"""Numbers on a card, by their metric, with the words beside them."""


def paged_cards(house: Warehouse, result: Result, shown: int, name: str) -> None:
    """A page of papers as cards, numbers to leaf on, and files; each row has ``matches``."""
    if not len(result):
        note("No papers.")
        return
    cards(house, result.rows)
    pages(result.rows[0]["matches"], shown)
    below(result, name, with_bibtex=True)


def cards(house: Warehouse, rows: Sequence[Row], heading: str = "Papers") -> None:
    """Papers as cards: votes, title, abstract, authors, links, topics, upvote curve.

    Their numbers say what they mean: when pointed at, and once below for a keyboard, which would
    have to stop at each card otherwise.
    """
    meanings = glossary.definitions(house)
    inner = "".join(card(row, meanings) for row in rows)
    st.html(f'<section class="pt-cards" aria-label="{markup.text(heading)}">{inner}</section>')
    shown = {name for row in rows for name in NUMBERS if row.get(name) is not None}
    terms(house, {name: words for name, words in NUMBERS.items() if name in shown})


def card(row: Row, meanings: Mapping[str, str] = MappingProxyType({})) -> str:
    """One paper as HTML; every column but ``paper_id`` and ``title`` may be missing or null."""
    title = markup.page_link("paper", row["title"], {"paper": row["paper_id"]})
    rank = row.get("rank_on_day")
    gained = row.get("gained")
    side = markup.sparkline(row.get("curve") or [])
    if gained:
        side += f"<div{_hint(meanings, 'gained')}>{gained:+,} in 24 h</div>"
    place = "upvotes" if rank is None else f"rank {rank}"
    votes = row.get("upvotes")
    return (
        '<article class="pt-card">'
        f'<div class="pt-votes"><b>{"?" if votes is None else f"{votes:,}"}</b>'
        f"<span{_hint(meanings, 'upvotes' if rank is None else 'rank_on_day')}>{place}</span></div>"
        f"<div><h3>{row.get('title_html') or title}</h3>"
        f'<p class="pt-abstract">{row.get("abstract_html") or markup.text(row.get("abstract"))}</p>'
        f'<div class="pt-meta">{"".join(_meta(row))}</div>'
        f'<div class="pt-chips">{"".join(_chips(row, TOPICS_ON_A_CARD))}</div></div>'
        + (f'<div class="pt-side">{side}</div>' if side else "")
        + "</article>"
    )


def _hint(meanings: Mapping[str, str], metric: str) -> str:
    return f' title="{markup.text(meanings[metric])}"' if metric in meanings else ""


def _meta(row: Row) -> list[str]:
    names = row.get("authors") or []
    count = row.get("author_count") or len(names)
    shown = ", ".join(names[:AUTHORS_ON_A_CARD])
    if shown and count > AUTHORS_ON_A_CARD:
        shown += f" and {count - min(len(names), AUTHORS_ON_A_CARD):,} more"
    parts = [
        markup.text(shown or (f"{count:,} {plural(count, 'author')}" if count else "")),
        organization_link(row)
        if row.get("organization_id")
        else markup.text(row.get("organization_name")),
        markup.text(day_words(row.get("published_on")))
        + (" (year inferred)" if row.get("published_year_inferred") else ""),
        _comments(row.get("num_comments")),
    ]
    links = _links(row)
    return [f"<span>{part}</span>" for part in parts if part] + (
        [f'<span class="pt-links">{"".join(links)}</span>'] if links else []
    )


def _links(row: Row) -> list[str]:
    links = []
    code = row.get("github_url")
    if code and markup.is_web_address(code):
        stars = row.get("github_stars")
        label = "code" + (f" ★ {stars:,}" if stars is not None else "")
        links.append(markup.link(code, label, row.get("github_repo") or ""))
    return links + [
        markup.link(row[column], label)
        for column, label in (
            ("project_url", "project"),
            ("hub_url", "hub"),
            ("arxiv_url", "arXiv"),
        )
        if row.get(column) and markup.is_web_address(row[column])
    ]


def organization_link(row: Row) -> str:
    """The organization of a row of ``papers``, ``authors`` or ``organizations``, with its page.

    An author's is known by its name alone, which its page understands too.
    """
    if "top_organization_name" in row:
        key = name = row["top_organization_name"]
    else:
        key, name = row.get("organization_id"), row.get("organization_name") or row.get("name")
    if not key:
        return markup.text(name)
    return markup.page_link("organization", name or key, {"organization": key})


def author_link(row: Row) -> str:
    """The author of a row with ``author_id`` and ``name``, leading to their page."""
    return markup.page_link("author", row["name"], {"author": row["author_id"]})


def _comments(count: int | None) -> str:
    return f"{count:,} {plural(count, 'comment')}" if count else ""


def topic_links(row: Row) -> str:
    """The first topics of a row with ``top_topics``, leading to their pages."""
    links = [
        markup.page_link("topic", topic, {"topic": topic})
        for topic in (row.get("top_topics") or [])[:TOPICS_IN_A_CELL]
    ]
    return f'<span class="pt-list">{", ".join(links)}</span>'


def chips(row: Row, limit: int | None = None) -> None:
    """A paper's topics (all, or the first ``limit``), marks and claims as small labels."""
    st.html(f'<div class="pt-chips">{"".join(_chips(row, limit))}</div>')


def _chips(row: Row, limit: int | None) -> list[str]:
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
