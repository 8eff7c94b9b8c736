"""WCAG AA on every page in both themes, as axe sees it."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.conftest import Dashboard
from tests.browser.visits import visit
from tests.fakes.warehouse import HOSTILE_ID

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
PAGES = {
    "today": ("", {}),
    "search": ("search", {"q": "model"}),
    "paper": ("paper", {"paper": HOSTILE_ID}),
    "trends": ("trends", {}),
    "scale": ("scale", {}),
    "authors": ("authors", {}),
    "organization": ("organization", {"organization": "evil-org"}),
    "coverage": ("coverage", {}),
    "sql": ("sql", {}),
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_meet_wcag_aa(browser: Browser, dashboard: Dashboard, theme: str) -> None:
    context = browser.new_context(color_scheme=theme, viewport={"width": 1280, "height": 900})  # type: ignore[arg-type]
    page = context.new_page()
    broken = {}
    for name, (place, state) in PAGES.items():
        visit(page, dashboard.url, place, **state)
        found = Axe().run(page, options=RULES).response["violations"]
        for rule in found:
            broken[f"{name}: {rule['id']}"] = [
                (node["target"], node.get("failureSummary", "")) for node in rule["nodes"][:3]
            ]
    context.close()
    assert not broken, broken
