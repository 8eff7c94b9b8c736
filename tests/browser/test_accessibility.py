"""WCAG AA on every page in both themes, as axe sees it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Dashboard
from tests.browser.visits import visit
from tests.fakes.warehouse import HOSTILE_ID

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
EVERYTHING = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
# A theme changes colours and nothing else.
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
PAGES: dict[str, dict[str, str]] = {
    "": {},
    "search": {"q": "model"},
    "paper": {"paper": HOSTILE_ID},
    "trends": {},
    "topic": {"topic": "select topic from topics order by papers desc limit 1"},
    "scale": {},
    "authors": {},
    "author": {"author": "select author_id from authors order by papers desc limit 1"},
    "organizations": {},
    "organization": {"organization": "evil-org"},
    "subscribe": {},
    "coverage": {},
    "sql": {},
}
"""Each page with its address; a query stands for what it gives in the version shown."""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all: a new one would load everything anew."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        yield context.new_page()


def violations(page: Page, rules: dict[str, Any]) -> dict[str, Any]:
    """What axe finds wrong, by rule, with the first places."""
    found = Axe().run(page, options=rules).response["violations"]
    return {
        rule["id"]: [(node["target"], node.get("failureSummary", "")) for node in rule["nodes"][:3]]
        for rule in found
    }


def background(page: Page) -> str:
    """The colour behind everything."""
    colour: str = page.evaluate(
        "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    )
    return colour


@pytest.mark.parametrize("place", PAGES)
def test_a_page_meets_wcag_aa_in_both_themes(page: Page, dashboard: Dashboard, place: str) -> None:
    state = dict(PAGES[place])
    with duckdb.connect(str(dashboard.settings.link.resolve()), read_only=True) as warehouse:
        for name, value in state.items():
            if value.startswith("select "):
                state[name] = str((warehouse.execute(value).fetchone() or [""])[0])
    page.emulate_media(color_scheme="light")
    visit(page, dashboard.url, place, **state)
    assert page.locator(".pt-note", has_text="There is no such").count() == 0
    light = background(page)
    assert violations(page, EVERYTHING) == {}
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "light => getComputedStyle(document.querySelector('.stApp')).backgroundColor !== light",
        arg=light,
    )
    assert violations(page, COLOURS) == {}
