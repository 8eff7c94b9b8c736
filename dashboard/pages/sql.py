"""SQL: a reader's own queries on the published version, as a table and a chart."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any, Final

import streamlit as st

from dashboard import address, charts, components, markup
from dashboard.data import sql, warehouse
from dashboard.data.warehouse import Result, Warehouse

LOOK_EVERY_SECONDS: Final = 0.4
QUICK_SECONDS: Final = 1.5
KINDS: Final = {"bar": "Bars", "line": "Line", "point": "Points"}
FIRST: Final = next(iter(sql.EXAMPLES.values())).strip()


def editor(house: Warehouse) -> None:
    """The box to write in, the examples, and what starts a query."""
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
        components.caption(f"Running for {job.seconds:.0f} s")


def outcome() -> None:
    """The newest answer as a table, a chart and files; or why there is none."""
    job = _job()
    if job is None or job.answer is None:
        return
    answer = job.answer
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
    if table.num_rows and table.num_columns > 1 and st.toggle("As a chart", key="as_chart"):
        names = table.column_names
        with st.container(horizontal=True):
            kind = st.selectbox(
                "Chart", list(KINDS), format_func=KINDS.__getitem__, width=130, key="chart_kind"
            )
            x = st.selectbox("Across", names, width=220, key="chart_x")
            y = st.selectbox("Up", names, index=1, width=220, key="chart_y")
        st.altair_chart(charts.chosen(table, kind, x, y), alt=f"{y} by {x}")


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
        editor(house)
        outcome()
    with right:
        browser(house)


show(warehouse.current())
