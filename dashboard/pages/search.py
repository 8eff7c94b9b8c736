"""Search: words, phrases and fields over every paper, with counts to narrow by."""

from __future__ import annotations

from datetime import date

import streamlit as st

from dashboard import address, components, highlight, markup
from dashboard.data import search, warehouse
from dashboard.data.warehouse import Warehouse
from orchestration.publish.query import QueryError, part_text

HELP = """
Every part has to match. `"two words"` in a row, `trans*` beginnings, `-word` without it, and
fields: `author:"Ada Lovelace"`, `org:`, `topic:"image segmentation"`, `category:cs.CL`,
`submitter:`, `after:2026-01`, `before:2026-06-30`, `has:code`.
"""

FACETS = {"topic": "Topics", "organization": "Organizations", "year": "Years"}


def narrowed(words: str, after: date | None, before: date | None, has_code: bool) -> str:
    """The query with what the filters add, in the grammar's own words."""
    parts = [words.strip()]
    if after:
        parts.append(f"after:{after}")
    if before:
        parts.append(f"before:{before}")
    if has_code:
        parts.append("has:code")
    return " ".join(part for part in parts if part)


def controls() -> tuple[str, str]:
    """The search box and filters; the query and the order."""
    words = address.bound(
        st.text_input,
        "Search papers",
        key="q",
        default="",
        read=str,
        placeholder='reasoning "world model" author:lovelace after:2026-01',
        help=HELP,
        max_chars=450,
    )
    with st.container(horizontal=True, vertical_alignment="bottom", key="filter-row"):
        order = address.bound(
            st.selectbox,
            "Order by",
            list(search.ORDERS),
            key="order",
            default="relevance",
            read=address.one_of(*search.ORDERS),
            format_func=search.ORDERS.__getitem__,
            width=150,
        )
        after, before = (
            address.bound(
                st.date_input,
                label,
                None,
                key=key,
                default=None,
                read=address.day(),
                min_value=date(2000, 1, 1),
                format="YYYY-MM-DD",
                width=160,
            )
            for label, key in (("Listed from", "from"), ("Listed before", "to"))
        )
        has_code = address.bound(
            st.toggle, "Has code", key="code", default=False, read=address.flag
        )
    return narrowed(words, after, before, has_code), order


def facets(found: search.Found) -> None:
    """Counts by topic, organization and year; each narrows the search."""
    state = address.state()
    typed = state.get("q", "")
    for name, label in FACETS.items():
        counts = found.hits.facets[name]
        if not counts:
            continue
        lines = []
        for value, papers in counts:
            part = _part(name, value)
            target = markup.page_link(
                "search", value, state | {"q": f"{typed} {part}".strip(), address.LEAF: None}
            )
            lines.append(f"<tr><td>{target}</td><td class='pt-number'>{papers:,}</td></tr>")
        st.html(
            f'<h3 class="pt-side-heading">{label}</h3>'
            f'<table class="pt-table pt-facet">{"".join(lines)}</table>'
        )


def _part(facet: str, value: str) -> str:
    if facet == "year":
        return f"after:{value} before:{int(value) + 1}"
    return part_text("org" if facet == "organization" else facet, value)


def nothing_found(query: str) -> None:
    """What could be loosened in a query that finds nothing, with how much each would find."""
    house = warehouse.current()
    components.note("No paper matches all of it.")
    offers = search.loosened(house, query)
    if offers:
        lines = "".join(
            f"<li>{markup.page_link('search', text, {'q': text})}: {matches:,}"
            f" {components.plural(matches, 'paper')}</li>"
            for text, matches in offers
        )
        st.html(f"<p>These find something:</p><ul>{lines}</ul>")


def show(house: Warehouse) -> None:
    """Lay out the page."""
    st.title("Search", anchor=False)
    query, order = controls()
    page = address.page_number()
    try:
        found = search.search(house, query, order, page)
    except QueryError as error:
        components.note(f"That is no query: {error}")
        return
    if not found.hits.matches:
        nothing_found(query)
        return
    left, right = st.columns([0.74, 0.26], gap="large")
    with left:
        state = {"q": query, "order": order}
        follow = markup.page_link("subscribe", "Save or subscribe", state)
        components.line(
            [
                f"<strong>{found.hits.matches:,}</strong>"
                f" {components.plural(found.hits.matches, 'paper')}",
                follow if query else "",
            ]
        )
        rows = [highlight.marked(row, found.words) for row in found.papers.rows]
        components.cards(house, rows, "Papers found")
        components.pages(
            min(found.hits.matches, search.MOST_PAGES * search.PAPERS_SHOWN), search.PAPERS_SHOWN
        )
        components.below(found.papers, "search", with_bibtex=True)
    with right:
        facets(found)


show(warehouse.current())
