"""WCAG AA on every page in both themes, as axe sees it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Dashboard
from tests.browser.places import PLACES, address
from tests.browser.visits import visit

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
EVERYTHING = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
# A theme changes colours and nothing else.
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}


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


@pytest.mark.parametrize("place", PLACES)
def test_a_page_meets_wcag_aa_in_both_themes(page: Page, dashboard: Dashboard, place: str) -> None:
    page.emulate_media(color_scheme="light")
    visit(page, dashboard.url, place, **address(dashboard.settings, place))
    assert page.locator(".pt-note", has_text="There is no such").count() == 0
    light = background(page)
    assert violations(page, EVERYTHING) == {}
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "light => getComputedStyle(document.querySelector('.stApp')).backgroundColor !== light",
        arg=light,
    )
    assert violations(page, COLOURS) == {}


def test_a_keyboard_reaches_what_a_cards_numbers_mean(page: Page, dashboard: Dashboard) -> None:
    visit(page, dashboard.url)
    page.locator(".pt-terms abbr", has_text="upvotes").focus()
    shown = page.evaluate("getComputedStyle(document.activeElement, '::after').content")
    assert "How many people had upvoted the paper" in shown
