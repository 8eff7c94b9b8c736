"""Tables into charts. Each function takes rows of a query and gives an Altair chart.

One module a subject. What does not belong here: queries, and where a chart stands on a page.
"""

# Whole before Altair comes: of what another thread still imports, Altair takes the half there is.
import pandas  # type: ignore[import-untyped]  # noqa: F401

from dashboard.charts.coverage import calendar, filled_shares, observed_by_hour, papers_by_day
from dashboard.charts.own import chosen
from dashboard.charts.papers import by_month, ranks, scale_claims, upvote_curve
from dashboard.charts.people import coauthors
from dashboard.charts.topics import bars, rising_intervals, topic_shares, topics_by_year

__all__ = [
    "bars",
    "by_month",
    "calendar",
    "chosen",
    "coauthors",
    "filled_shares",
    "observed_by_hour",
    "papers_by_day",
    "ranks",
    "rising_intervals",
    "scale_claims",
    "topic_shares",
    "topics_by_year",
    "upvote_curve",
]
