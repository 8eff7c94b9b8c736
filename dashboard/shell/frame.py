"""What every page has around it: navigation, the demo banner, the footer, the watch for news.

Streamlit runs this script for each visit and each change. What does not belong here: a page's own
content.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

import streamlit as st

from dashboard import address, markup
from dashboard.components import day_words
from dashboard.data import listings, warehouse

HERE: Final = Path(__file__).parent

LOOK_FOR_NEWS_SECONDS: Final = 10

# Name of the file in pages/, title, icon, and whether the menu shows it. No sections: Streamlit
# wraps them in a way that screen readers can't count.
PAGES: Final = (
    ("today", "Today", "today", True),
    ("search", "Search", "search", True),
    ("paper", "Paper", "article", False),
    ("trends", "Trends", "trending_up", True),
    ("topic", "Topic", "tag", False),
    ("scale", "Scale", "stacked_line_chart", True),
    ("authors", "Authors", "group", True),
    ("author", "Author", "person", False),
    ("organizations", "Organizations", "domain", True),
    ("organization", "Organization", "domain", False),
    ("subscribe", "Subscribe", "rss_feed", True),
    ("coverage", "Coverage", "calendar_month", True),
    ("sql", "SQL", "terminal", True),
)


def banner() -> None:
    """Say loudly that what is shown was made up, when it was."""
    st.html(
        '<div class="pt-banner" role="status"><strong>Demo data.</strong> These papers, people and'
        " numbers are made up. They leave by themselves when the first real listing day is"
        " collected.</div>"
    )


def nothing_yet() -> None:
    """Say what to do while nothing is published."""
    st.title("Papertide", anchor=False)
    st.info(
        "No data has been published yet. Run `make data`, or materialize everything in the"
        " Dagster UI: this page fills by itself when the first version is published.",
        icon=":material/hourglass_empty:",
    )


def footer(house: warehouse.Warehouse) -> None:
    """Which version this is and how far its data goes."""
    facts = listings.build_info(house)
    words = [
        f"Version {house.version}",
        f"built {facts['built_at']:%Y-%m-%d %H:%M} UTC",
        f"data through {day_words(facts['last_listing_date']) or 'no listing day yet'}",
        "Papertide keeps the Daily Papers listings",
    ]
    inner = " · ".join(markup.text(word) for word in words if word)
    st.html(f'<footer class="pt-footer">{inner}</footer>')


def to_top() -> None:
    """Scroll up: whoever leafs at a list's end would begin the next page at its end."""
    script = "document.querySelector('[data-testid=stMain]').scrollTo(0, 0)"
    # The time makes it another script each time: the same one would not run again.
    st.html(f"<script>{script} // {time.time_ns()}</script>", unsafe_allow_javascript=True)


@st.fragment(run_every=LOOK_FOR_NEWS_SECONDS)
def watch(shown: Path | None) -> None:
    """Run the page again when another version than the one shown was published."""
    try:
        newest: Path | None = warehouse.current().path
    except warehouse.NoWarehouseError:
        newest = None
    if newest != shown:
        st.rerun()


def show(page: st.Page, house: warehouse.Warehouse) -> None:
    """Run the page with what belongs around a run; one that fails must not fail for ever."""
    address.begin(page.url_path)
    try:
        page.run()
    except Exception:
        address.forget()
        watch(house.path)
        raise
    if address.is_leafed():
        to_top()
    address.commit()
    footer(house)


def _page(name: str, title: str, icon: str, in_menu: bool) -> st.Page:
    return st.Page(
        HERE.parent / "pages" / f"{name}.py",
        title=title,
        icon=f":material/{icon}:",
        default=name == "today",
        visibility="visible" if in_menu else "hidden",
    )


st.set_page_config("Papertide", HERE / "images" / "icon.svg", layout="wide")
st.logo(HERE / "images" / "logo.svg", size="large", icon_image=HERE / "images" / "icon.svg")
st.html(HERE / "style.css")
page = st.navigation([_page(*each) for each in PAGES])
st.set_page_config(f"{page.title} · Papertide")

try:
    house: warehouse.Warehouse | None = warehouse.current()
except warehouse.NoWarehouseError:
    house = None
if house:
    if listings.build_info(house).get("has_demo_data"):
        banner()
    show(page, house)
else:
    nothing_yet()
watch(house.path if house else None)
