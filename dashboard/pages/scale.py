"""Scale: how large models, texts and collections say they are, over time."""

from __future__ import annotations

import streamlit as st

from dashboard import address, charts, components, markup
from dashboard.data import scale, warehouse
from dashboard.data.warehouse import Warehouse


def show(house: Warehouse) -> None:
    """Lay out the page."""
    st.title("Scale", anchor=False)
    if not house.has("paper_scale_claims"):
        components.note("This version has no claims of scale yet.")
        return
    unit = address.bound(
        st.segmented_control,
        "Claims of",
        list(scale.UNITS),
        key="unit",
        default="parameters",
        read=address.one_of(*scale.UNITS),
        format_func=scale.UNITS.__getitem__,
        required=True,
    )
    claims = scale.claims(house, unit)
    if not len(claims):
        components.note(f"No title or abstract claims a number of {unit} so far.")
        return
    matches = claims.rows[0]["matches"]
    shown = f", the newest {len(claims):,} shown" if matches > len(claims) else ""
    claim = "paper claims" if matches == 1 else "papers claim"
    components.line([f"<strong>{matches:,}</strong> {claim} a number of {unit}{shown}"])
    months = scale.claims_by_month(house, unit)
    st.altair_chart(
        charts.scale_claims(claims.table, months.table, unit),
        alt=f"Claims of {unit} over time on a logarithmic axis, with the median of each month",
    )
    components.caption(
        "A point is a paper's largest claim and opens the paper; the line is their median by month."
    )
    components.below(claims, f"scale-{unit}")
    components.below(months, f"scale-{unit}-months", label="SQL of the median")
    st.header("Largest claims", anchor=False)
    largest = scale.largest(house, unit)
    components.table(
        largest.rows,
        {
            "Paper": lambda row: markup.page_link(
                "paper", row["title"], {"paper": row["paper_id"]}
            ),
            "It says": "text_span",
            "Day": lambda row: f'<span class="pt-when">{components.day_words(row["day"])}</span>',
            "Upvotes": "upvotes",
        },
        f"Papers with the largest claims of {unit}",
    )
    components.below(largest, f"largest-{unit}")


show(warehouse.current())
