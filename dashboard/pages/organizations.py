"""Organizations: the leaderboard, and which rise."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard import components
from dashboard.data import listings, organizations, warehouse
from dashboard.data.warehouse import Warehouse

SHOWN: Final = 50


def show(house: Warehouse) -> None:
    """Lay out the page."""
    st.title("Organizations", anchor=False)
    wanted = components.leaderboard_controls(organizations.ORDERS, minimum=2)
    result = organizations.leaderboard(
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
        components.note("No organization matches. Ask for fewer papers, or for a shorter name.")
        return
    matches = result.rows[0]["matches"]
    components.line([f"<strong>{matches:,}</strong> organizations"])
    components.table(
        result.rows,
        {
            "Organization": components.organization_link,
            "Kind": "kind",
            "Papers": "papers",
            "Authors": "authors",
            "Upvotes": "upvotes_total",
            "Score": "score_shrunk",
            "Rising": "is_rising",
            "Topics": "top_topics",
        },
        "Leaderboard of organizations",
        house,
    )
    components.pages(matches, SHOWN)
    components.below(result, "organizations")


show(warehouse.current())
