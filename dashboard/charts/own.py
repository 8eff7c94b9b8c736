"""A chart of a reader's own result."""

from __future__ import annotations

from typing import Literal

import altair as alt
import pyarrow as pa

from dashboard.charts.style import COLOUR


def chosen(rows: pa.Table, kind: str, x: str, y: str) -> alt.Chart:
    """A reader's own result as bars, a line or points over two of its columns."""
    base = alt.Chart(rows)
    marked = {"bar": base.mark_bar, "line": base.mark_line, "point": base.mark_circle}[kind]
    chart: alt.Chart = (
        marked(color=COLOUR)
        .encode(x=_axis(rows, x, alt.X), y=_axis(rows, y, alt.Y), tooltip=[_named(x), _named(y)])
        .properties(height=320)
    )
    return chart


def _axis(rows: pa.Table, column: str, channel: type[alt.X] | type[alt.Y]) -> alt.X | alt.Y:
    kind = rows.schema.field(column).type
    letter: Literal["temporal", "quantitative", "nominal"]
    if pa.types.is_temporal(kind):
        letter = "temporal"
    elif pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        letter = "quantitative"
    else:
        letter = "nominal"
    return channel(field=_quoted(column), type=letter, title=column, sort=None)


def _named(column: str) -> alt.Tooltip:
    return alt.Tooltip(field=_quoted(column), title=column)


def _quoted(column: str) -> str:
    # Vega reads dots and brackets in a field's name as a path.
    return "".join(f"\\{letter}" if letter in ".[]'\"" else letter for letter in column)
