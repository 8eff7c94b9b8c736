"""Authors: the leaderboard, and who rises."""

from __future__ import annotations

from dashboard import components
from dashboard.data import people, warehouse

components.leaderboard_page(
    warehouse.current(),
    people.BOARD,
    {
        "Author": components.author_link,
        "Organization": components.organization_link,
        "Papers": "papers",
        "First author": "first_author_papers",
        "Upvotes": "upvotes_total",
        "Median": "upvotes_median",
        "h-index": "hub_h_index",
        "Score": "score_shrunk",
        "Rising": "is_rising",
        "Rising, at least": "rising_eb05",
        "Topics": components.topic_links,
    },
)
