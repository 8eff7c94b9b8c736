"""Trends: rising topics with how sure that is, and shares over time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import streamlit as st

from dashboard import address, charts, components, markup
from dashboard.data import listings, trends, warehouse
from dashboard.data.warehouse import Warehouse

TOPICS_COMPARED: Final = 5
SPANS: Final = {"26": "Half a year", "52": "A year", "104": "Two years", "all": "All"}


def shares(house: Warehouse, newest: date, proposed: list[str]) -> None:
    """Compare up to five topics over time."""
    asked: list[str] = address.current("topics", [], address.several)
    names = {
        row["topic"]: row["papers"] for row in trends.topic_names(house, also=tuple(asked)).rows
    }

    def read_topics(raw: str) -> list[str]:
        known = [name for name in dict.fromkeys(address.several(raw)) if name in names]
        return known[:TOPICS_COMPARED]

    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = address.bound(
            st.multiselect,
            f"Topics to compare (up to {TOPICS_COMPARED})",
            list(names),
            key="topics",
            default=proposed,
            read=read_topics,
            format_func=lambda name: f"{name} ({names[name]:,})",
            max_selections=TOPICS_COMPARED,
            width=560,
        )
        span = address.bound(
            st.selectbox,
            "Over",
            list(SPANS),
            key="weeks",
            default="52",
            read=address.one_of(*SPANS),
            format_func=SPANS.__getitem__,
            width=150,
        )
    if not chosen:
        components.note("Choose a topic to see its share of the papers listed each week.")
        return
    since = None if span == "all" else newest - timedelta(weeks=int(span))
    result = trends.topic_weeks(house, tuple(chosen), since)
    if not len(result):
        components.note("These topics have no week in this span.")
        return
    st.altair_chart(
        charts.topic_shares(result.table),
        alt="Share of papers by week for " + ", ".join(chosen),
    )
    components.caption("Band: 95 % interval of the share. Shaded weeks: a burst.")
    components.terms(
        house, {"share": "share", "share_low_high": "band", "in_burst": "burst", "topic": "topic"}
    )
    components.below(result, "topic-shares")


def special_week(house: Warehouse, oldest: date, newest: date) -> None:
    """What sets a week apart from all others."""
    if not house.has("what_is_special"):
        return
    st.header("What is special about a week", anchor=False)
    shown = address.bound(
        st.date_input,
        "Any day of the week",
        key="week",
        default=newest,
        read=address.day(oldest, newest),
        min_value=oldest,
        max_value=newest,
        format="YYYY-MM-DD",
        width=160,
    )
    monday, _ = listings.period_bounds("week", shown or newest)
    special = trends.special(house, "week", monday.isoformat())
    if not len(special):
        components.note(f"Nothing sets the week of {components.day_words(monday)} apart.")
        return
    st.altair_chart(
        charts.bars(special.table, "z", "topic", "how telling (z)"),
        alt=f"Topics that set the week of {monday} apart",
    )
    components.terms(house, {"z": "how telling (z)", "log_odds": "log-odds"})
    components.below(special, "special-week")


def show(house: Warehouse) -> None:
    """Lay out the page."""
    st.title("Trends", anchor=False)
    oldest, newest = listings.oldest_day(house), listings.newest_day(house)
    names = trends.topic_names(house, limit=3).rows
    if oldest is None or newest is None or not names:
        components.note("No topic is known yet: trends need listing days with papers.")
        return
    rising = trends.rising_topics(house)
    st.header("Rising topics", anchor=False)
    if len(rising):
        st.altair_chart(
            charts.rising_intervals(rising.table),
            alt="Rising topics: how many times as often as before, with the lower bound",
        )
        components.caption(
            "Ranked by a forecast of the next four weeks. Dot: papers in the last 28 days against"
            " what the 168 days before let expect. Line: down to the bound that this exceeds with"
            " 95 % certainty; where that is left of the dashed 1, the growth so far may be chance,"
            " and the topic is here for its forecast."
        )
        components.table(
            rising.rows,
            {
                "Topic": lambda row: markup.page_link(
                    "topic", row["topic"], {"topic": row["topic"]}
                ),
                "In 28 days": "recent_papers",
                "Expected": "expected_papers",
                "Times as often": "rising_ratio",
                "At least": "rising_eb05",
                "Score": "rising_score",
                "Papers in all": "papers",
            },
            "Rising topics",
            house,
        )
        components.below(rising, "rising-topics")
    else:
        components.note(
            "No topic is forecast to rise now. It takes clear growth in the last 28 days against"
            " the 168 days before, and complete days to count."
        )
    special_week(house, oldest, newest)
    st.header("Share over time", anchor=False)
    proposed = [row["topic"] for row in (rising.rows or names)[:3]]
    shares(house, newest, proposed)


show(warehouse.current())
