"""One topic: its share over time, what stands beside it, and its papers."""

from __future__ import annotations

import streamlit as st

from dashboard import address, charts, components
from dashboard.data import search, trends, warehouse
from dashboard.data.warehouse import Warehouse


def show(house: Warehouse) -> None:
    """Lay out the page."""
    name = st.query_params.get("topic", "")
    topic = trends.topic(house, name).first
    if topic is None:
        st.title("Topic", anchor=False)
        components.note("There is no such topic here. Trends lists those that rise.")
        return
    components.heading(name)
    components.metrics(
        house,
        topic,
        {
            "papers": "Papers",
            "recent_papers": "In 28 days",
            "expected_papers": "Expected",
            "rising_ratio": "Times as often",
            "upvotes_median": "Median upvotes",
        },
    )
    weeks = trends.topic_weeks(house, (name,))
    if len(weeks):
        st.header("Share over time", anchor=False)
        st.altair_chart(charts.topic_shares(weeks.table), alt="Share of papers by week")
        components.terms(house, {"share": "share", "share_low_high": "band", "in_burst": "burst"})
        components.below(weeks, "topic-share")
    beside = trends.beside(house, name)
    if len(beside):
        st.header("Stands beside", anchor=False)
        components.chips({"topics": [row["topic"] for row in beside.rows]})
        components.below(beside, "topic-beside")
    st.header("Papers", anchor=False)
    page = address.page_number()
    papers = trends.papers_of(house, name, page, search.PAPERS_SHOWN)
    components.paged_cards(house, papers, search.PAPERS_SHOWN, "topic-papers")


show(warehouse.current())
