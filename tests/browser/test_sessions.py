"""Twenty people at once: every page answers, and the server's memory stays bounded."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Dashboard
from tests.browser.visits import settle, visit

SESSIONS = 20
SECONDS = 60
PATIENCE_SECONDS = 120
GROWTH_BYTES = 600 * 2**20
MENU = ("Search", "Trends", "Authors", "Organizations", "Scale", "Coverage", "Today")


@pytest.fixture
def pages(browser: Browser, dashboard: Dashboard) -> Iterator[list[Page]]:
    """As many pages as people, each a session of its own, all open."""
    with ExitStack() as closing:
        opened = []
        for _ in range(SESSIONS):
            context = browser.new_context()
            closing.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(PATIENCE_SECONDS * 1000)
            page.set_default_navigation_timeout(PATIENCE_SECONDS * 1000)
            visit(page, dashboard.url)
            opened.append(page)
        yield opened


def test_twenty_sessions_for_a_minute(pages: list[Page], dashboard: Dashboard) -> None:
    server = psutil.Process(dashboard.process.pid)
    before = server.memory_info().rss
    began = time.monotonic()
    visits = 0
    while time.monotonic() - began < SECONDS or visits < SESSIONS:
        page, name = pages[visits % SESSIONS], MENU[visits % len(MENU)]
        page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", name=name, exact=True, level=1)).to_be_visible(
            timeout=PATIENCE_SECONDS * 1000
        )
        visits += 1
    for page in pages:
        settle(page)
        assert page.locator(".stException").count() == 0
    after = server.memory_info().rss
    print(f"{visits} visits, {before / 2**20:.0f} to {after / 2**20:.0f} MB")
    assert after - before < GROWTH_BYTES
