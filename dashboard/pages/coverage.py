"""Coverage: which listing days are known, how completely, what was refused, and how runs went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from dashboard import charts, components, markup
from dashboard.data import coverage, listings, warehouse
from dashboard.data.warehouse import Warehouse

STATUS_WORDS: Final = {
    "complete": "The end of the listing was seen.",
    "partial": "The end of the listing was not seen, or the day is not over: more may come.",
    "empty": "Asked, and nothing was listed: a holiday.",
    "missing": "Never collected.",
}
CALM: Final = frozenset({"worked", "runs", "waits"})
"""Outcomes of runs that nobody has to look after."""


def days(house: Warehouse) -> None:
    """The calendar of listing days and how many papers each had."""
    known = listings.listing_days(house)
    if not len(known):
        components.note("No listing day has been collected yet.")
        return
    counts = dict.fromkeys(STATUS_WORDS, 0)
    for row in known.rows:
        counts[row["status"]] += 1
    for column, (status, words) in zip(
        st.columns(len(STATUS_WORDS)), STATUS_WORDS.items(), strict=True
    ):
        column.metric(f"{status} days", f"{counts[status]:,}", help=words, border=True)
    st.altair_chart(charts.calendar(known.table), alt="Calendar of listing days by status")
    st.header("Papers by day", anchor=False)
    st.altair_chart(charts.papers_by_day(known.table), alt="Papers listed by day")
    components.below(known, "listing-days")


def fields(house: Warehouse) -> None:
    """How full the fields are, and when was observed."""
    filled = coverage.fields_filled(house)
    if len(filled):
        st.header("Fields filled, by month", anchor=False)
        st.altair_chart(charts.filled_shares(filled.table), alt="Share of papers with each field")
        components.below(filled, "fields-filled")
    observed = coverage.observations_by_hour(house)
    if len(observed):
        st.header("Papers observed by hour", anchor=False)
        st.altair_chart(charts.observed_by_hour(observed.table), alt="Papers observed by hour")
        components.below(observed, "observations-by-hour")


def observations(house: Warehouse) -> None:
    """How it is known what a day listed: the last observations, page by page."""
    newest = coverage.newest_observations(house)
    st.header("Last observations", anchor=False)
    components.table(
        newest.rows,
        {
            "Observed": "observed_at",
            "Day": "listing_date",
            "Status": "status",
            "Pages": "pages_fetched",
            "Rows of each": "rows_per_page",
            "End seen": "end_seen",
            "Papers": "papers",
            "Not read": "quarantined",
        },
        "Last observations of listing days",
    )
    components.below(newest, "observations")


def refused(house: Warehouse) -> None:
    """What was kept aside because it could not be read."""
    st.header("Quarantine", anchor=False)
    records = coverage.quarantine(house)
    if not len(records):
        components.note("Everything that was collected could be read.")
        return
    components.table(
        records.rows,
        {
            "Source": "source",
            "Reason": "reason",
            "Records": "records",
            "First seen": "first_seen_at",
            "Last seen": "last_seen_at",
            "For example in": "example",
        },
        "Records that could not be read",
    )
    components.below(records, "quarantine")


def last_run(known: list[dict[str, Any]]) -> None:
    """In a line: whether it ran, when, and how that went."""
    run = next((run for run in known if run["ended_at"]), None)
    if run is not None:
        when = f"{components.day_words(run['ended_at'])}, {run['ended_at']:%H:%M} UTC"
        components.line([f"Last run: <strong>{markup.text(run['job'])}</strong>", when, mark(run)])


def mark(run: Mapping[str, Any]) -> str:
    """How a run went, as a label."""
    kind = "pt-chip" if run["outcome"] in CALM else "pt-chip pt-mark"
    return f'<span class="{kind}">{run["outcome"]}</span>'


def runs(known: list[dict[str, Any]]) -> None:
    """The last runs with what went wrong."""
    st.header("Runs", anchor=False)
    if not known:
        components.note("No run has ended yet since runs are reported here.")
        return
    components.table(
        known,
        {
            "Run": "job",
            "Started by": "started_by",
            "Began (UTC)": "began_at",
            "Minutes": "minutes",
            "Outcome": mark,
            "What went wrong": lambda run: "<br>".join(map(markup.text, run["problems"])),
        },
        "Last runs",
    )


def versions() -> None:
    """The versions kept."""
    st.header("Versions", anchor=False)
    known = coverage.versions()
    components.table(
        known,
        {
            "Version": "version",
            "Published (UTC)": "published_at",
            "Papers": "papers",
            "Observations": "paper_observations",
            "MB": "megabytes",
            "Shown now": "is_shown",
        },
        "Published versions",
    )
    others = [version["version"] for version in known if not version["is_shown"]]
    if others:
        # A command and not a button: whoever sees the page need not be an operator.
        st.caption("To go back, an operator runs this; readers get that version at once:")
        st.code(f"make rollback VERSION={others[0]}", language="bash")


def show(house: Warehouse) -> None:
    """Lay out the page."""
    st.title("Coverage", anchor=False)
    known = coverage.runs()
    last_run(known)
    days(house)
    fields(house)
    if house.has("listing_observations"):
        observations(house)
    if house.has("quarantined_records"):
        refused(house)
    runs(known)
    versions()


show(warehouse.current())
