"""Authors: the leaderboard, and who rises."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard import components
from dashboard.data import listings, people, warehouse
from dashboard.data.warehouse import Warehouse

SHOWN: Final = 50


def show(house: Warehouse) -> None:
    """Lay out the page."""
    st.title("Authors", anchor=False)
    wanted = components.leaderboard_controls(people.ORDERS, minimum=2)
    result = people.leaderboard(
        house,
        wanted.order,
        wanted.minimum,
        wanted.name,
        wanted.since(listings.newest_day(house)),
        wanted.only_rising,
        wanted.page,
        SHOWN,
    )
    if not len(result):
        components.note("No author matches. Ask for fewer papers, or for a shorter name.")
        return
    matches = result.rows[0]["matches"]
    components.line([f"<strong>{matches:,}</strong> authors"])
    components.table(
        result.rows,
        {
            "Author": components.author_link,
            "Organization": "top_organization_name",
            "Papers": "papers",
            "First author": "first_author_papers",
            "Upvotes": "upvotes_total",
            "Median": "upvotes_median",
            "h-index": "hub_h_index",
            "Score": "score_shrunk",
            "Rising": "is_rising",
            "Topics": "top_topics",
        },
        "Leaderboard of authors",
        house,
    )
    components.pages(matches, SHOWN)
    components.below(result, "authors")


show(warehouse.current())
