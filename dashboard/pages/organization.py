"""One organization: its papers over time, people and topics."""

from __future__ import annotations

import re
from typing import Final

import streamlit as st

from dashboard import address, charts, components, markup
from dashboard.components.special import special_topics
from dashboard.data import organizations, search, trends, warehouse
from dashboard.data.warehouse import Warehouse

HUB_NAME: Final = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)
"""What the hub's names look like; an organization known by its name alone has that as its id."""


def topics(house: Warehouse, key: str) -> None:
    """The topics most papers carry, and how they changed."""
    frequent = organizations.topics_of(house, key)
    if not len(frequent):
        return
    over_time = organizations.topics_over_time(house, key)
    st.header("Topics", anchor=False)
    left, right = st.columns([0.56, 0.44], gap="large")
    with left:
        st.altair_chart(charts.topics_by_year(over_time.table), alt="Topics by year")
        components.below(over_time, "organization-topics-by-year")
    with right:
        components.chips({"topics": [row["topic"] for row in frequent.rows]})
        components.below(frequent, "organization-topics")


def show(house: Warehouse) -> None:
    """Lay out the page."""
    asked = st.query_params.get("organization", "").strip()
    organization = organizations.organization(house, asked).first
    if organization is None:
        st.title("Organization", anchor=False)
        components.note("There is no such organization here. Organizations lists everybody.")
        return
    key = organization["organization_id"]
    components.heading(organization["name"] or key)
    components.metrics(
        house,
        organization,
        {
            "papers": "Papers",
            "authors": "Authors",
            "upvotes_total": "Upvotes in all",
            "score_shrunk": "Score",
            "rising_eb05": "Rising, at least",
        },
    )
    months = organizations.months_of(house, key)
    left, right = st.columns([0.56, 0.44], gap="large")
    with left:
        if len(months):
            st.header("Papers by month", anchor=False)
            st.altair_chart(
                charts.by_month(months.table, "papers", "papers"), alt="Papers by month"
            )
            components.below(months, "organization-months")
    with right:
        st.header("People", anchor=False)
        people = organizations.authors_of(house, key, limit=8)
        components.table(
            people.rows,
            {"Author": components.author_link, "Papers": "papers"},
            "Authors with most papers here",
        )
        components.below(people, "organization-people")
    if house.has("what_is_special"):
        special = trends.special(house, "organization", key)
        special_topics(house, special)
    topics(house, key)
    st.header("Papers", anchor=False)
    page = address.page_number()
    papers = organizations.papers_of(house, key, page, search.PAPERS_SHOWN)
    components.paged_cards(house, papers, search.PAPERS_SHOWN, "organization-papers")
    if HUB_NAME.fullmatch(key):
        outside = markup.link(f"https://huggingface.co/{key}", "On the hub")
        st.html(f'<p class="pt-meta">{outside}</p>')


show(warehouse.current())
