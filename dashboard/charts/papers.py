"""Charts of papers: one paper's upvotes and ranks, counts by month, claims of scale."""

from __future__ import annotations

import altair as alt
import pyarrow as pa

from dashboard import markup
from dashboard.charts.style import COLOUR, SECOND_COLOUR


def upvote_curve(observations: pa.Table) -> alt.LayerChart:
    """A paper's upvotes over time; each observation is a point."""
    base = alt.Chart(observations).encode(
        x=alt.X(
            "observed_at:T",
            title=None,
            axis=alt.Axis(format="%d %b", tickCount="day", labelOverlap=True),
        ),
        y=alt.Y("upvotes:Q", title="upvotes"),
        tooltip=[
            alt.Tooltip("observed_at:T", title="observed (UTC)", format="%d %b %Y %H:%M"),
            alt.Tooltip("upvotes:Q", format=","),
            alt.Tooltip("upvotes_change:Q", title="change", format="+,"),
            alt.Tooltip("rank:Q"),
            alt.Tooltip("num_comments:Q", title="comments", format=","),
            alt.Tooltip("source:N"),
        ],
    )
    chart: alt.LayerChart = alt.layer(
        base.mark_area(color=COLOUR, opacity=0.12),
        base.mark_line(color=COLOUR, strokeWidth=2),
        base.mark_circle(color=COLOUR, size=45, opacity=1),
    ).properties(height=220)
    return chart


def ranks(observations: pa.Table) -> alt.Chart:
    """A paper's rank within its day, first place on top."""
    chart: alt.Chart = (
        alt.Chart(observations)
        .mark_line(color=COLOUR, interpolate="step-after", point=True)
        .encode(
            x=alt.X(
                "observed_at:T",
                title=None,
                axis=alt.Axis(format="%d %b", tickCount="day", labelOverlap=True),
            ),
            y=alt.Y(
                "rank:Q",
                title="rank of the day",
                scale=alt.Scale(reverse=True, domainMin=1, zero=False),
                axis=alt.Axis(format="d", tickMinStep=1),
            ),
            tooltip=[
                alt.Tooltip("observed_at:T", title="observed (UTC)", format="%d %b %Y %H:%M"),
                alt.Tooltip("rank:Q"),
            ],
        )
        .properties(height=220)
    )
    return chart


def by_month(months: pa.Table, value: str, title: str) -> alt.Chart:
    """A count by month."""
    chart: alt.Chart = (
        alt.Chart(months)
        .mark_bar(color=COLOUR, cornerRadiusEnd=2)
        .encode(
            x=alt.X("yearmonth(month):T", title=None),
            y=alt.Y(f"{value}:Q", title=title),
            tooltip=[
                alt.Tooltip("month:T", format="%B %Y"),
                alt.Tooltip(f"{value}:Q", title=title, format=","),
            ],
        )
        .properties(height=220)
    )
    return chart


def scale_claims(claims: pa.Table, months: pa.Table, unit: str) -> alt.LayerChart:
    """Claims of scale over time on a log axis, each month's median; a point opens its paper."""
    addresses = pa.array(
        [
            markup.page_address("paper", {"paper": key})
            for key in claims.column("paper_id").to_pylist()
        ],
        pa.string(),
    )
    x = alt.X("day:T", title=None)
    y = alt.Y(
        "claim_value:Q",
        title=unit,
        scale=alt.Scale(type="log"),
        axis=alt.Axis(format="~s", labelExpr="replace(datum.label, 'G', 'B')"),
    )
    points = (
        alt.Chart(claims.append_column("address", addresses))
        .mark_circle(color=COLOUR, opacity=0.5, size=55)
        .encode(
            x=x,
            y=y,
            href="address:N",
            tooltip=[
                alt.Tooltip("title:N"),
                alt.Tooltip("text_span:N", title="it says"),
                alt.Tooltip("claim_value:Q", title=unit, format=",.3~s"),
                alt.Tooltip("day:T", format="%d %b %Y"),
                alt.Tooltip("upvotes:Q", format=","),
            ],
        )
    )
    median = (
        alt.Chart(months)
        .mark_line(color=SECOND_COLOUR, strokeWidth=2.5)
        .encode(
            x=alt.X("month:T", title=None),
            y=alt.Y("median_value:Q"),
            tooltip=[
                alt.Tooltip("month:T", format="%B %Y"),
                alt.Tooltip("papers:Q", format=","),
                alt.Tooltip("median_value:Q", title="median", format=",.3~s"),
            ],
        )
    )
    chart: alt.LayerChart = alt.layer(points, median).properties(height=400)
    return chart
