"""SQL: a reader's own queries on the published version, as a table and a chart."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any, Final

import pyarrow as pa
import streamlit as st

from dashboard import address, charts, components, markup
from dashboard.data import sql, warehouse
from dashboard.data.warehouse import Result, Warehouse

LOOK_EVERY_SECONDS: Final = 0.4
QUICK_SECONDS: Final = 1.5
KINDS: Final = {"bar": "Bars", "line": "Line", "point": "Points"}
FIRST: Final = next(iter(sql.EXAMPLES.values())).strip()


def editor(house: Warehouse) -> str:
    """The box to write in, the examples, and what starts a query; what the box has."""
    st.selectbox(
        "Examples",
        list(sql.EXAMPLES),
        index=None,
        placeholder="Begin with an example",
        key="example",
        on_change=take_example,
    )
    query = address.bound(
        st.text_area, "SQL (DuckDB)", key="query", default=FIRST, read=str, height=240
    )
    job = _job()
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "Run", icon=":material/play_arrow:", shortcut="Ctrl+Enter", on_click=address.hold
        ):
            if job:
                job.stop()
            job = st.session_state["job"] = sql.start(house, query)
            job.wait(QUICK_SECONDS)
        components.caption(
            f"Read-only; at most {sql.SECONDS:.0f} seconds, {sql.MEMORY_LIMIT} and"
            f" {sql.ROWS:,} rows. Files, network and extensions are out of reach."
        )
    if job and job.answer is None:
        waiting()
    return query


def take_example() -> None:
    """Put the chosen example into the box, and be ready for the next choice."""
    address.hold("query")
    st.session_state["query"] = sql.EXAMPLES[st.session_state["example"]].strip()
    st.session_state["example"] = None


def _job() -> sql.Job | None:
    job: sql.Job | None = st.session_state.get("job")
    return job


@st.fragment(run_every=LOOK_EVERY_SECONDS)
def waiting() -> None:
    """Show that the query runs, with what stops it, until it has an answer."""
    job = _job()
    if job is None or job.answer is not None:
        st.rerun()
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Stop", icon=":material/stop:", key="stop"):
            job.stop()
            job.wait(1)
            st.rerun()
        doing = "Waiting for others to end" if job.is_waiting else "Running"
        components.caption(f"{doing} for {job.seconds:.0f} s")


def outcome(query: str) -> None:
    """The newest answer as a table, a chart and files, or why there is none.

    Args:
        query: what the box has; the answer may be to an earlier one.
    """
    job = _job()
    if job is None or job.answer is None:
        return
    answer = job.answer
    if job.sql != query:
        components.note("This answers an earlier query, not the one above.")
    if answer.error is not None or answer.table is None:
        st.html(f'<pre class="pt-error" role="alert">{markup.text(answer.error)}</pre>')
        return
    table = answer.table
    more = ", and there are more" if answer.is_cut else ""
    components.line(
        [
            f"<strong>{table.num_rows:,}</strong> {components.plural(table.num_rows, 'row')}{more}",
            f"{answer.seconds:.2f} seconds",
        ]
    )
    st.dataframe(table, hide_index=True, alt="Result of the query")
    components.below(Result(table, job.sql), "query")
    if table.num_rows and table.num_columns > 1:
        chart(table)


def chart(table: pa.Table) -> None:
    """The table as a chart, when wanted, over the columns chosen."""
    if not address.bound(st.toggle, "As a chart", key="as_chart", default=False, read=address.flag):
        return
    names = {name: name for name in table.column_names}
    with st.container(horizontal=True):
        kind = _box("Chart", "chart_kind", KINDS, "bar", 130)
        x = _box("Across", "chart_x", names, table.column_names[0], 220)
        y = _box("Up", "chart_y", names, table.column_names[1], 220)
    st.altair_chart(charts.chosen(table, kind, x, y), alt=f"{y} by {x}")


def _box(label: str, key: str, options: Mapping[str, str], default: str, width: int) -> str:
    return address.bound(
        st.selectbox,
        label,
        list(options),
        key=key,
        default=default,
        read=address.one_of(*options),
        format_func=options.__getitem__,
        width=width,
    )


def browser(house: Warehouse) -> None:
    """Tables and columns with what they mean."""
    st.header("Tables", anchor=False)
    for table, columns in groupby(sql.schema(house).rows, key=lambda row: row["table_name"]):
        rows = list(columns)
        with st.expander(table):
            if rows[0]["table_comment"]:
                st.html(f"<p>{markup.text(rows[0]['table_comment'])}</p>")
            components.table(
                rows,
                {"Column": _column},
                f"Columns of {table}",
            )


def _column(row: Mapping[str, Any]) -> str:
    return (
        f"<strong>{markup.text(row['column_name'])}</strong>"
        f' <span class="pt-quiet">{markup.text(row["data_type"].lower())}</span>'
        f"<br>{markup.text(row['comment'])}"
    )


def show(house: Warehouse) -> None:
    """Lay out the page."""
    st.title("SQL", anchor=False)
    left, right = st.columns([0.66, 0.34], gap="large")
    with left:
        outcome(editor(house))
    with right:
        browser(house)


show(warehouse.current())
