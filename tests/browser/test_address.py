"""The address as the page's state in a real browser: quick hands, leafing, back."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Dashboard
from tests.browser.visits import choose, leaf_to, settle, visit


def test_the_address_restores_the_page_and_back_undoes(page: Page, dashboard: Dashboard) -> None:
    visit(page, dashboard.url, period="week", date="2026-11-10")
    line = page.locator(".pt-line")
    expect(line).to_contain_text("Mon 9 Nov 2026 to Sun 15 Nov 2026")
    choose(page, "Order by", "Upvotes")
    expect(page).to_have_url(re.compile(r"order=upvotes"))
    page.get_by_role("button", name="Earlier").click()
    expect(line).to_contain_text("Mon 2 Nov 2026 to Sun 8 Nov 2026")
    # The address follows when the page has been drawn: going back before leads further back.
    expect(page).to_have_url(re.compile(r"date=2026-11-06"))
    page.go_back()
    expect(line).to_contain_text("Mon 9 Nov 2026 to Sun 15 Nov 2026")
    settle(page)
    page.go_back()
    expect(page).not_to_have_url(re.compile(r"order="))
    expect(page.get_by_role("combobox", name="Order by")).to_have_value("Score")
    settle(page)
    page.go_forward()
    expect(page.get_by_role("combobox", name="Order by")).to_have_value("Upvotes")


def test_arrow_keys_step_through_days_however_quickly(page: Page, dashboard: Dashboard) -> None:
    visit(page, dashboard.url)
    line = page.locator(".pt-line")
    expect(line).to_contain_text("Fri 20 Nov 2026")
    expect(page.get_by_role("button", name="Earlier")).to_be_enabled()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(60)  # quicker than a run
    # Streamlit may take two presses within one run for one; what is shown and the address agree.
    expect(page).to_have_url(re.compile(r"date=2026-11-1[6-9]$"))
    page.wait_for_function(
        """() => {
            const day = Number(new URL(location).searchParams.get('date').slice(-2));
            return document.querySelector('.pt-line').innerText.includes(` ${day} Nov 2026`);
        }"""
    )
    settle(page)
    visit(page, dashboard.url, date="2026-11-16")
    expect(line).to_contain_text("Mon 16 Nov 2026")
    # A key pressed before the button takes clicks is lost.
    expect(page.get_by_role("button", name="Later")).to_be_enabled()
    settle(page)
    page.keyboard.press("ArrowRight")
    expect(line).to_contain_text("Tue 17 Nov 2026")


def test_two_quick_choices_both_count(page: Page, dashboard: Dashboard) -> None:
    visit(page, dashboard.url, period="month")
    page.get_by_role("button", name="Filter").click()
    switches = [
        page.get_by_text(words, exact=True) for words in ("Has code", "Without top submitter")
    ]
    for gap in (80, 160):
        # By coordinates, without waiting until the page is still.
        for place in [switch.bounding_box() for switch in switches]:
            assert place is not None
            page.mouse.click(place["x"] + 5, place["y"] + 5)
            page.wait_for_timeout(gap)
        is_on = gap == 80
        kept = r"(?=.*code=yes)(?=.*without_top=yes)" if is_on else r"^(?!.*=yes)"
        expect(page).to_have_url(re.compile(kept))
        for words in ("Has code", "Without top submitter"):
            expect(page.get_by_role("switch", name=words)).to_be_checked(checked=is_on)


def test_leafing_shows_the_next_papers_from_the_top(page: Page, dashboard: Dashboard) -> None:
    visit(page, dashboard.url, period="month")
    first = page.locator(".pt-card h3").first
    before = first.inner_text()
    leaf_to(page, 2)
    expect(first).not_to_have_text(before)
    expect(page).to_have_url(re.compile(r"page=2"))
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop === 0")
    leaf_to(page, 1)
    expect(first).to_have_text(before)
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop === 0")
    leaf_to(page, 3)
    page.get_by_text("Week", exact=True).click()
    expect(page).not_to_have_url(re.compile(r"page="))
    expect(page.locator(".pt-card").first).to_be_visible()
