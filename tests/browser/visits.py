"""How browser tests move about the dashboard. What does not belong here: what is expected."""

from __future__ import annotations

from urllib.parse import urlencode

from playwright.sync_api import Page

MARKS_WITH_SIZE = """chart => [...chart.querySelectorAll('svg.marks g.role-mark > *')]
    .filter(mark => { const box = mark.getBBox(); return box.width + box.height > 0; }).length"""


def visit(page: Page, url: str, place: str = "", /, **state: str) -> None:
    """Open a page by its address and wait until it is there whole."""
    page.goto(f"{url}/{place}" + (f"?{urlencode(state)}" if state else ""))
    settle(page)


def settle(page: Page) -> None:
    """Wait until the script has run: the footer stands and nothing runs."""
    page.locator(".pt-footer").wait_for()
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()


def choose(page: Page, label: str, option: str) -> None:
    """Choose an option of a box by what is read."""
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()
    settle(page)


def leaf_to(page: Page, number: int) -> None:
    """Go to another page of a long list."""
    page.get_by_test_id("stPagination").get_by_role(
        "button", name=f"Page {number}", exact=True
    ).click()
    settle(page)


def marks_of_charts(page: Page) -> list[int]:
    """How many marks of data (bars, lines, points; not axes, legends) each chart has."""
    charts = page.locator("[data-testid=stVegaLiteChart]")
    charts.first.locator("svg.marks").wait_for()
    page.wait_for_function(
        "document.querySelectorAll('[data-testid=stVegaLiteChart]').length"
        " === document.querySelectorAll('[data-testid=stVegaLiteChart] svg.marks').length"
    )
    return [charts.nth(index).evaluate(MARKS_WITH_SIZE) for index in range(charts.count())]
