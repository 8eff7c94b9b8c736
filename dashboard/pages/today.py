"""The listing of a day, week or month, as cards."""

from __future__ import annotations

from datetime import date
from typing import Final

import streamlit as st

from dashboard import address, components, markup
from dashboard.data import glossary, listings, warehouse
from dashboard.data.warehouse import Result, Warehouse

PERIODS: Final = ("day", "week", "month")
FILTERS: Final = {
    "topic": "",
    "organization": "",
    "category": "",
    "code": "has code",
    "without_top": "without top submitter",
}
"""Filters by their key in the address, with the words for those that are a yes or no."""
_SHOWN: Final = "_today_shown"


def choose_period(house: Warehouse, oldest: date, newest: date) -> tuple[date, date]:
    """The row of controls for the span of days."""

    period = address.bound(
        st.segmented_control,
        "Listing of a",
        PERIODS,
        key="period",
        default="day",
        read=address.one_of(*PERIODS),
        required=True,
        format_func=str.capitalize,
    )
    shown = address.bound(
        st.date_input,
        "Date",
        key="date",
        default=newest,
        read=address.day(oldest, newest),
        min_value=oldest,
        max_value=newest,
        format="YYYY-MM-DD",
        width=150,
    )
    st.session_state[_SHOWN] = shown or newest
    first, last = listings.period_bounds(period, shown or newest)
    before, after = listings.neighbours(house, first, last)
    _step(house, "Earlier", before, ":material/chevron_left:", "Left")
    _step(house, "Later", after, ":material/chevron_right:", "Right")
    return first, last


def choose_order(house: Warehouse) -> str:
    """What comes first."""
    meanings = glossary.definitions(house)
    return address.bound(
        st.selectbox,
        "Order by",
        list(listings.ORDERS),
        key="order",
        default="score",
        read=address.one_of(*listings.ORDERS),
        format_func=listings.ORDERS.__getitem__,
        width=150,
        help="\n\n".join(
            f"{words}: {meanings[key]}" for key, words in listings.ORDERS.items() if key in meanings
        )
        or None,
    )


def _step(house: Warehouse, label: str, target: date | None, icon: str, shortcut: str) -> None:
    st.button(
        label,
        key=f"step-{label.lower()}",
        icon=icon,
        shortcut=shortcut,
        disabled=target is None,
        on_click=_go,
        args=(house, label == "Later"),
    )


def _go(house: Warehouse, is_later: bool) -> None:
    # From the day the press before led to: a quick second one comes before its run has drawn it.
    span = listings.period_bounds(st.session_state["period"], st.session_state[_SHOWN])
    target = listings.neighbours(house, *span)[is_later]
    if target is not None:
        st.session_state[_SHOWN] = target
        address.leaf_to(date=target)


def choose_filters(house: Warehouse, first: date, last: date) -> listings.Filters:
    """What the papers shown are narrowed to."""
    labels: dict[str, dict[str, str]] = {}
    for option in listings.choices(house, first, last).rows:
        words = f"{option['label']} ({option['papers']:,})"
        labels.setdefault(option["kind"], {})[option["value"]] = words

    with st.popover("Filter", icon=":material/filter_list:"):
        topic, organization, category = (
            components.filter_box(label, labels.get(kind, {}), kind)
            for label, kind in (
                ("Topic", "topic"),
                ("Organization", "organization"),
                ("arXiv category", "category"),
            )
        )
        has_code = address.bound(
            st.toggle, "Has code", key="code", default=False, read=address.flag
        )
        top_submitter = next(iter(labels.get("submitter", {})), None)
        without_top = address.bound(
            st.toggle,
            "Without top submitter",
            key="without_top",
            default=False,
            read=address.flag,
            help="Leaves out the papers of whoever submitted most of those shown.",
        )
    return listings.Filters(
        topic=topic,
        organization=organization,
        category=category,
        has_code=True if has_code else None,
        without_submitter=top_submitter if without_top else None,
    )


def narrowed() -> None:
    """What the papers shown are narrowed to, each to be taken away."""
    state = address.state()
    shown = {key: words or state[key] for key, words in FILTERS.items() if key in state}
    links = [
        markup.page_link(
            "", f"{words} ✕", state | {key: None, address.LEAF: None}, css_class="pt-chip"
        )
        for key, words in shown.items()
    ]
    if links:
        st.html(f'<nav class="pt-chips" aria-label="Take a filter away">{"".join(links)}</nav>')


def heading(house: Warehouse, first: date, last: date, result: Result) -> None:
    """What is shown, and a mark when a day of it is not complete."""
    matches = result.rows[0]["matches"] if len(result) else 0
    span = components.day_words(first)
    if last != first:
        span += f" to {components.day_words(last)}"
    parts = [f"<strong>{span}</strong>", f"{matches:,} {components.plural(matches, 'paper')}"]
    open_days = [
        row["listing_date"]
        for row in listings.listing_days(house, first, last).rows
        if row["status"] == "partial"
    ]
    if open_days:
        days = ", ".join(map(components.day_words, open_days)) if last != first else "this day"
        parts.append(f'<span class="pt-chip pt-mark">{days} not complete yet</span>')
    components.line(parts)


def show(house: Warehouse) -> None:
    """Lay out the page."""
    st.title("Today", anchor=False)
    newest = listings.newest_day(house)
    oldest = listings.oldest_day(house)
    if newest is None or oldest is None:
        components.note("No listing day has been collected yet. Search shows what is known so far.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="controls"):
        first, last = choose_period(house, oldest, newest)
        order = choose_order(house)
        filters = choose_filters(house, first, last)
    narrowed()
    page = address.page_number()
    result = listings.listing(house, first, last, order, filters, page=page)
    heading(house, first, last, result)
    if not len(result):
        components.note("No paper matches. Take a filter away, or choose another day.")
        return
    components.cards(result.rows, house=house)
    components.pages(result.rows[0]["matches"], listings.PAPERS_SHOWN)
    components.below(result, "today", with_bibtex=True)


show(warehouse.current())
