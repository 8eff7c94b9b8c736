"""What sets something apart, as a chart: for pages that have charts anyway.

Not at the front of the package, since Altair comes with it and most pages do without.
"""

from __future__ import annotations

import streamlit as st

from dashboard import charts
from dashboard.components.files import below
from dashboard.components.words import terms
from dashboard.data.warehouse import Result, Warehouse


def special_topics(house: Warehouse, result: Result) -> None:
    """Topics that set something apart (F3), as bars; nothing when there are none."""
    if not len(result):
        return
    st.header("What is special here", anchor=False)
    st.altair_chart(
        charts.bars(result.table, "z", "topic", "how telling (z)"),
        alt="Topics that stand out against all other papers",
    )
    terms(house, {"z": "how telling (z)", "log_odds": "log-odds"})
    below(result, "special")
