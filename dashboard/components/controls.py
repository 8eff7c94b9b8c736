"""Controls that several pages have; all keep their state in the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from dashboard import address
from dashboard.data.paged import WINDOWS, Wanted

MOST_ASKED_FOR: Final = 1000
ALL_TIME: Final = "all"
WINDOW_WORDS: Final = {ALL_TIME: "All time"} | {str(n): f"{n} months" for n in WINDOWS}


def leaderboard_controls(orders: Mapping[str, str], minimum: int) -> Wanted:
    """Order, window, least number of papers, name, rising or not; all in the address."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="controls"):
        order = address.bound(
            st.selectbox,
            "Order by",
            list(orders),
            key="order",
            default=next(iter(orders)),
            read=address.one_of(*orders),
            format_func=orders.__getitem__,
            width=170,
        )
        window = address.bound(
            st.selectbox,
            "Over",
            list(WINDOW_WORDS),
            key="months",
            default=ALL_TIME,
            read=address.one_of(*WINDOW_WORDS),
            format_func=WINDOW_WORDS.__getitem__,
            width=150,
        )
        least = address.bound(
            st.number_input,
            "With at least … papers",
            key="min",
            default=minimum,
            read=address.whole_number(MOST_ASKED_FOR),
            min_value=1,
            max_value=MOST_ASKED_FOR,
            step=1,
            width=170,
        )
        name = address.bound(
            st.text_input, "Name", key="name", default="", read=str, width=190, max_chars=100
        )
        only_rising = address.bound(
            st.toggle, "Only rising", key="rising", default=False, read=address.flag
        )
    months = None if window == ALL_TIME else int(window)
    return Wanted(order, least, name.strip() or None, months, only_rising, address.page_number())


def filter_box(label: str, options: Mapping[str, str], key: str) -> str | None:
    """A box to narrow what is shown to one of ``options`` (value to words); None is everything.

    A value that only the address knows stays choosable, so a permalink never loses its filter.
    """
    chosen = address.current(key, None, str)
    values = list(options) + ([chosen] if chosen and chosen not in options else [])
    value: str | None = address.bound(
        st.selectbox,
        label,
        values,
        key=key,
        default=None,
        read=str,
        index=None,
        format_func=lambda value: options.get(value, value),
        placeholder="All",
        width=190,
    )
    return value


def pages(matches: int, shown: int) -> None:
    """Numbers to leaf through ``matches`` rows, ``shown`` at a time; nothing for a single page."""
    count = max(1, -(-matches // shown))
    if count > 1:
        address.bound(
            _pagination,
            "Pages",
            count,
            key=address.LEAF,
            default=1,
            read=address.whole_number(count),
        )


def _pagination(_label: str, count: int, **options: Any) -> int:
    return st.pagination(count, **options)
