"""Charts of topics: shares over time, and which rise."""

from __future__ import annotations

from typing import Final

import altair as alt
import pyarrow as pa

from dashboard.charts.style import COLOUR, NAMES

_SHARE_TOOLTIP: Final = [
    alt.Tooltip("topic:N", title="topic"),
    alt.Tooltip("week_start_on:T", title="week of", format="%d %b %Y"),
    alt.Tooltip("papers:Q", title="papers with it", format=","),
    alt.Tooltip("all_papers:Q", title="papers in all", format=","),
    alt.Tooltip("share:Q", format=".1%"),
    alt.Tooltip("share_low:Q", title="95 % from", format=".1%"),
    alt.Tooltip("share_high:Q", title="to", format=".1%"),
]


def topic_shares(weeks: pa.Table) -> alt.LayerChart:
    """Share of papers by week, a line a topic with its 95 % band; weeks in a burst are shaded."""
    base = alt.Chart(weeks).encode(
        x=alt.X("week_start_on:T", title=None, axis=alt.Axis(format="%d %b %y", tickCount=7)),
        color=alt.Color(
            "topic:N",
            title=None,
            legend=alt.Legend(
                orient="top", labelLimit=260, columns=1, symbolOpacity=1, symbolType="square"
            ),
        ),
    )
    band = base.mark_area(opacity=0.16).encode(
        y=alt.Y("share_low:Q", title="share of the week's papers", axis=alt.Axis(format="%")),
        y2="share_high:Q",
    )
    line = base.mark_line(strokeWidth=2).encode(y="share:Q")
    layers = [band, line]
    # An axe rule: a layer without a mark has no words for those who can't see it.
    if "in_burst" in weeks.column_names and any(weeks["in_burst"].to_pylist()):
        bursts = (
            base.transform_filter("datum.in_burst")
            .transform_calculate(week_end_on="toDate(datum.week_start_on) + 7 * 86400000")
            .mark_rect(opacity=0.14)
            .encode(x2="week_end_on:T")
        )
        layers.insert(0, bursts)
    hover = base.mark_circle(size=220, opacity=0).encode(y="share:Q", tooltip=_SHARE_TOOLTIP)
    lines_of_legend = len(set(weeks["topic"].to_pylist()))
    chart: alt.LayerChart = alt.layer(*layers, hover).properties(height=300 + 22 * lines_of_legend)
    return chart


def rising_intervals(topics: pa.Table) -> alt.LayerChart:
    """Rising topics with the lower bound of their growth, as intervals from bound to estimate."""
    order = topics.column("topic").to_pylist()
    base = alt.Chart(topics).encode(
        y=alt.Y("topic:N", sort=order, title=None, axis=NAMES),
        tooltip=[
            alt.Tooltip("topic:N"),
            alt.Tooltip("recent_papers:Q", title="papers in 28 days", format=","),
            alt.Tooltip("expected_papers:Q", title="expected", format=".1f"),
            alt.Tooltip("rising_ratio:Q", title="times as often", format=".2f"),
            alt.Tooltip("rising_eb05:Q", title="at least (95 %)", format=".2f"),
        ],
    )
    low = base.mark_rule(strokeWidth=3, color=COLOUR, opacity=0.45).encode(
        x=alt.X(
            "rising_eb05:Q",
            title="times as often as before",
            scale=alt.Scale(zero=False),
            axis=alt.Axis(tickCount=8),
        ),
        x2="rising_ratio:Q",
    )
    ends = base.mark_tick(thickness=3, size=13, color=COLOUR).encode(x="rising_eb05:Q")
    dots = base.mark_circle(size=80, color=COLOUR, opacity=1).encode(x="rising_ratio:Q")
    one = (
        alt.Chart(alt.Data(values=[{"one": 1}]))
        .mark_rule(strokeDash=[4, 4], opacity=0.6, color="gray")
        .encode(x="one:Q")
    )
    chart: alt.LayerChart = alt.layer(one, low, ends, dots).properties(height=alt.Step(24))
    return chart


def topics_by_year(rows: pa.Table) -> alt.Chart:
    """How many papers carry each topic, by year."""
    chart: alt.Chart = (
        alt.Chart(rows)
        .mark_circle(color=COLOUR, opacity=0.85)
        .encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("topic:N", title=None, axis=NAMES),
            size=alt.Size("papers:Q", legend=None, scale=alt.Scale(range=[40, 500])),
            tooltip=[alt.Tooltip("topic:N"), alt.Tooltip("year:O"), alt.Tooltip("papers:Q")],
        )
        .properties(height=alt.Step(26))
    )
    return chart


def bars(rows: pa.Table, value: str, label: str, value_title: str) -> alt.Chart:
    """A horizontal bar a row, in the order given."""
    order = rows.column(label).to_pylist()
    chart: alt.Chart = (
        alt.Chart(rows)
        .mark_bar(color=COLOUR, cornerRadiusEnd=3)
        .encode(
            x=alt.X(f"{value}:Q", title=value_title),
            y=alt.Y(f"{label}:N", sort=order, title=None, axis=NAMES),
            tooltip=[alt.Tooltip(f"{label}:N"), alt.Tooltip(f"{value}:Q", format=",.4~g")],
        )
        .properties(height=alt.Step(22))
    )
    return chart
