"""Organizations: the leaderboard, and which rise."""

from __future__ import annotations

from dashboard import components
from dashboard.data import organizations, warehouse

components.leaderboard_page(
    warehouse.current(),
    organizations.BOARD,
    {
        "Organization": components.organization_link,
        "Kind": "kind",
        "Papers": "papers",
        "Authors": "authors",
        "Upvotes": "upvotes_total",
        "Score": "score_shrunk",
        "Rising": "is_rising",
        "Rising, at least": "rising_eb05",
        "Topics": components.topic_links,
    },
)
