"""The listing of a day, week or month, as cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
MARKS: Final = {"partial": "not complete yet", "missing": "never collected"}
"""Statuses of listing days that a reader has to know of, in words."""

MOST_DAYS_NAMED: Final = 3
NOTHING_ON_A_DAY: Final = {
    "complete": "Nothing was listed on this day.",
    "empty": "Nothing was listed on this day: a holiday.",
    "partial": "Nothing had been listed when this day was last looked at; more may come.",
    "missing": "This day was never collected.",
    "no listing day": "No papers are listed on weekends.",
}
"""Why a day has no papers, by its status."""

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


def heading(first: date, last: date, result: Result, statuses: Mapping[date, str]) -> None:
    """What is shown, and a mark when days of it are not complete or were not collected."""
    span = components.day_words(first)
    if last != first:
        span += f" to {components.day_words(last)}"
    parts = [f"<strong>{span}</strong>"]
    if len(result):
        matches = result.rows[0]["matches"]
        parts.append(f"{matches:,} {components.plural(matches, 'paper')}")
    for status, words in MARKS.items():
        days = [day for day, its_status in statuses.items() if its_status == status]
        if days:
            mark = f"{_named(days)} {words}" if last != first else words
            parts.append(f'<span class="pt-chip pt-mark">{mark}</span>')
    components.line(parts)


def _named(days: Sequence[date]) -> str:
    if len(days) > MOST_DAYS_NAMED:
        return f"{len(days)} days"
    return ", ".join(map(components.day_words, days))


def nothing_found(
    first: date, last: date, statuses: Mapping[date, str], filters: listings.Filters
) -> None:
    """Why there is no paper, and what to do."""
    if filters != listings.Filters():
        components.note("No paper matches. Take a filter away, or choose another day.")
        return
    why = "No paper is known of these days."
    if last == first:
        why = NOTHING_ON_A_DAY[statuses.get(first, "no listing day")]
    components.note(f"{why} Earlier and Later lead to days with papers.")


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
    known = listings.listing_days(house, first, last).rows
    statuses = {row["listing_date"]: row["status"] for row in known}
    heading(first, last, result, statuses)
    if not len(result):
        nothing_found(first, last, statuses, filters)
        return
    components.cards(house, result.rows)
    components.pages(result.rows[0]["matches"], listings.PAPERS_SHOWN)
    components.below(result, "today", with_bibtex=True)


show(warehouse.current())
