"""What pages put on the screen again and again: cards, tables, controls, files, short words.

Everything takes rows and shows them. What does not belong here: queries, charts, one page's layout.
"""

from dashboard.components.boards import leaderboard_page
from dashboard.components.cards import (
    author_link,
    card,
    cards,
    chips,
    organization_link,
    paged_cards,
    topic_links,
)
from dashboard.components.controls import filter_box, pages
from dashboard.components.files import below
from dashboard.components.identity import author_names, how_sure, identities, namesakes, reason
from dashboard.components.tables import metrics, table
from dashboard.components.words import caption, day_words, heading, line, note, plural, terms

__all__ = [
    "author_link",
    "author_names",
    "below",
    "caption",
    "card",
    "cards",
    "chips",
    "day_words",
    "filter_box",
    "heading",
    "how_sure",
    "identities",
    "leaderboard_page",
    "line",
    "metrics",
    "namesakes",
    "note",
    "organization_link",
    "paged_cards",
    "pages",
    "plural",
    "reason",
    "table",
    "terms",
    "topic_links",
]
