"""Charts in a real browser: drawn and not just present, and right wherever the reader is."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Dashboard
from tests.browser.places import CHARTED, PLACES, address
from tests.browser.visits import marks_of_charts, visit


@pytest.mark.parametrize("place", CHARTED)
def test_charts_are_drawn(page: Page, dashboard: Dashboard, place: str) -> None:
    visit(page, dashboard.url, place, **address(dashboard.settings, place))
    marks = marks_of_charts(page)
    assert len(marks) >= CHARTED[place]
    assert all(marks), marks


@pytest.mark.parametrize("timezone", ["Asia/Tokyo", "America/Los_Angeles"])
def test_the_calendar_has_the_listing_days_everywhere(
    browser: Browser, dashboard: Dashboard, timezone: str
) -> None:
    with browser.new_context(timezone_id=timezone) as context:
        page = context.new_page()
        visit(page, dashboard.url, "coverage")
        marks_of_charts(page)
        words = page.locator("[data-testid=stVegaLiteChart]").first.locator("g.mark-rect > *")
        days = words.evaluate_all("marks => marks.map(mark => mark.getAttribute('aria-label'))")
    (partial,) = (day for day in days if "status: partial" in day)
    assert re.search(r"week: 2026-11-16; weekday: Fri;", partial), partial
    assert not [day for day in days if re.search("weekday: S", day)]


def test_narrow_screens_need_no_sideways_scrolling(page: Page, dashboard: Dashboard) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    for place in PLACES:
        visit(page, dashboard.url, place, **address(dashboard.settings, place))
        wide = page.evaluate(
            "document.querySelector('[data-testid=stMain]').scrollWidth - window.innerWidth"
        )
        assert wide <= 0, place
