"""Charts of what was collected: calendar, papers by day, fields filled."""

from __future__ import annotations

from typing import Final

import altair as alt
import pyarrow as pa

from dashboard.charts.style import COLOUR, NAMES

STATUS_COLOURS: Final = {
    "complete": "#2a8ba0",
    "partial": "#e0a83c",
    "empty": "#b9c7cb",
    "missing": "#c2455a",
}
"""Colours of a listing day's status; they read on light and dark."""


def calendar(days: pa.Table) -> alt.Chart:
    """Listing days as a calendar, a column a week, coloured by status."""
    chart: alt.Chart = (
        alt.Chart(days)
        # A date without a time reaches the browser as midnight there, not in UTC.
        .transform_calculate(
            weekday="['Sun','Mon','Tue','Wed','Thu','Fri','Sat'][day(datum.listing_date)]",
            week="timeFormat(timeOffset('day', datum.listing_date,"
            " -((day(datum.listing_date) + 6) % 7)), '%Y-%m-%d')",
        )
        .mark_rect(cornerRadius=2, stroke="transparent", strokeWidth=2)
        .encode(
            x=alt.X(
                "week:O",
                title=None,
                axis=alt.Axis(
                    labelExpr="slice(datum.value, 8) <= '07' ? slice(datum.value, 0, 7) : ''",
                    labelAngle=0,
                    labelOverlap="greedy",
                    ticks=False,
                    domain=False,
                ),
                scale=alt.Scale(paddingInner=0.18),
            ),
            y=alt.Y(
                "weekday:O",
                title=None,
                sort=["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
                axis=alt.Axis(ticks=False, domain=False),
                scale=alt.Scale(paddingInner=0.18),
            ),
            color=alt.Color(
                "status:N",
                title=None,
                scale=alt.Scale(domain=list(STATUS_COLOURS), range=list(STATUS_COLOURS.values())),
                legend=alt.Legend(orient="top"),
            ),
            tooltip=[
                alt.Tooltip("listing_date:T", title="day", format="%a %d %b %Y"),
                alt.Tooltip("status:N"),
                alt.Tooltip("papers:Q", format=","),
                alt.Tooltip("observations:Q", format=","),
            ],
        )
        .properties(height=190)
    )
    return chart


def papers_by_day(days: pa.Table) -> alt.Chart:
    """Papers listed by day."""
    return _bars_over_time(
        days,
        alt.X("yearmonthdate(listing_date):T", title=None, axis=alt.Axis(format="%b %Y")),
        "papers listed",
        [
            alt.Tooltip("listing_date:T", title="day", format="%a %d %b %Y"),
            alt.Tooltip("papers:Q", format=","),
            alt.Tooltip("status:N"),
        ],
    )


def observed_by_hour(hours: pa.Table) -> alt.Chart:
    """Papers observed in each hour."""
    return _bars_over_time(
        hours,
        alt.X("yearmonthdatehours(hour):T", title=None, axis=alt.Axis(format="%d %b %H:00")),
        "papers observed",
        [
            alt.Tooltip("hour:T", title="hour (UTC)", format="%a %d %b %H:00"),
            alt.Tooltip("papers:Q", format=","),
            alt.Tooltip("listing_days:Q", title="listing days"),
        ],
    )


def _bars_over_time(rows: pa.Table, x: alt.X, title: str, tooltip: list[alt.Tooltip]) -> alt.Chart:
    chart: alt.Chart = (
        alt.Chart(rows)
        .mark_bar(color=COLOUR, stroke=COLOUR)  # an hour of two weeks is thinner than a pixel
        .encode(x=x, y=alt.Y("papers:Q", title=title), tooltip=tooltip)
        .properties(height=210)
    )
    return chart


def filled_shares(months: pa.Table) -> alt.Chart:
    """Share of papers that have a field, by month: a row a field, darker is fuller."""
    chart: alt.Chart = (
        alt.Chart(months)
        .mark_rect(stroke="transparent")
        .encode(
            x=alt.X("yearmonth(month):O", title=None, axis=alt.Axis(labelOverlap="greedy")),
            y=alt.Y("field:N", title=None, sort=None, axis=NAMES),
            color=alt.Color(
                "share:Q",
                title="filled",
                scale=alt.Scale(domain=[0, 1]),  # in the theme's own colours
                legend=alt.Legend(format="%", orient="top", gradientLength=180),
            ),
            tooltip=[
                alt.Tooltip("field:N"),
                alt.Tooltip("month:T", format="%B %Y"),
                alt.Tooltip("share:Q", title="filled", format=".1%"),
                alt.Tooltip("papers:Q", format=","),
            ],
        )
        .properties(height=alt.Step(24))
    )
    return chart
