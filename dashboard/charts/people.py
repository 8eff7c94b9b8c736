"""Charts of people: who writes with whom."""

from __future__ import annotations

import math
from typing import Any, Final

import altair as alt

from dashboard import markup
from dashboard.charts.style import COLOUR, QUIET_COLOUR, SECOND_COLOUR

WIDE: Final = 1.75
"""Half the chart's width, in radii of the ring: names stand beside it."""

BESIDE: Final = alt.ExprRef(f"width / 2 * (1 - 1 / {WIDE}) - 16")
"""Pixels there are for a name: a longer one ends in an ellipsis, and is whole in the tooltip."""


def coauthors(
    centre: str, others: list[dict[str, Any]], links: list[dict[str, Any]]
) -> alt.LayerChart:
    """An author in the middle of a ring of co-authors, each with a link to their page.

    Thicker lines are more papers together.

    ``others`` have ``author_id``, ``name``, ``papers``; ``links`` are pairs among them.
    """
    turn = 2 * math.pi / max(1, len(others))
    place = {
        other["author_id"]: (math.cos(index * turn), math.sin(index * turn))
        for index, other in enumerate(others)
    }
    nodes = [
        {
            **{key: other[key] for key in ("author_id", "name", "papers")},
            "x": place[other["author_id"]][0],
            "y": place[other["author_id"]][1],
            "address": markup.page_address("author", {"author": other["author_id"]}),
        }
        for other in others
    ]
    spokes = [{"x": 0, "y": 0, "x2": n["x"], "y2": n["y"], "papers": n["papers"]} for n in nodes]
    chords = [
        {"x": start[0], "y": start[1], "x2": end[0], "y2": end[1], "papers": link["papers"]}
        for link in links
        if (start := place.get(link["author_id"])) and (end := place.get(link["coauthor_id"]))
    ]
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-WIDE, WIDE]))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-1.3, 1.3]))
    thick = alt.StrokeWidth("papers:Q", legend=None, scale=alt.Scale(range=[0.6, 5]))
    lines = [
        alt.Chart(alt.Data(values=part))
        .mark_rule(color=colour, opacity=opacity)
        .encode(x=x, y=y, x2="x2:Q", y2="y2:Q", strokeWidth=thick)
        for part, colour, opacity in ((chords, QUIET_COLOUR, 0.25), (spokes, COLOUR, 0.55))
        if part
    ]
    ring = alt.Chart(alt.Data(values=nodes)).encode(
        x=x,
        y=y,
        href="address:N",
        tooltip=[alt.Tooltip("name:N"), alt.Tooltip("papers:Q", title="papers together")],
    )
    middle = alt.Chart(alt.Data(values=[{"x": 0, "y": 0, "name": centre}])).encode(x=x, y=y)
    chart: alt.LayerChart = alt.layer(
        *lines,
        ring.mark_circle(color=COLOUR, opacity=1).encode(
            size=alt.Size("papers:Q", legend=None, scale=alt.Scale(range=[60, 420])),
        ),
        _names(ring, "datum.x >= 0.05", align="left", dx=13),
        _names(ring, "datum.x <= -0.05", align="right", dx=-13),
        _names(ring, "abs(datum.x) < 0.05 && datum.y > 0", align="center", dy=-16),
        _names(ring, "abs(datum.x) < 0.05 && datum.y < 0", align="center", dy=18),
        middle.mark_circle(color=SECOND_COLOUR, size=320, opacity=1).encode(tooltip="name:N"),
    ).properties(height=480)
    return chart


def _names(chart: alt.Chart, where: str, **mark: Any) -> alt.Chart:
    named: alt.Chart = (
        chart.transform_filter(where)
        .mark_text(fontSize=11.5, color=QUIET_COLOUR, limit=BESIDE, **mark)
        .encode(text="name:N")
    )
    return named
