"""The dashboard in a real browser: navigation, search, filters, escaping, versions."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from orchestration.files import swap_link
from tests.browser.conftest import Dashboard
from tests.browser.visits import settle, visit
from tests.fakes.warehouse import (
    HOSTILE_ABSTRACT,
    HOSTILE_ID,
    HOSTILE_TITLE,
    publish_changed,
)

MENU = ("Search", "Trends", "Scale", "Authors", "Organizations", "Coverage", "SQL", "Today")


def test_the_menu_leads_to_every_page(page: Page, dashboard: Dashboard) -> None:
    visit(page, dashboard.url)
    for name in MENU:
        page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", name=name, exact=True, level=1)).to_be_visible()
        settle(page)
        assert page.locator(".stException, [data-testid=stAlertContentError]").count() == 0


def test_the_first_visitor_of_a_deep_link_gets_the_whole_frame(
    page: Page, dashboard: Dashboard
) -> None:
    visit(page, dashboard.url, "authors", min="3")
    expect(page.locator(".pt-banner")).to_contain_text("Demo data.")
    expect(page.locator(".pt-footer")).to_contain_text("data through Fri 20 Nov 2026")


def test_a_card_leads_to_the_paper_and_its_author(page: Page, dashboard: Dashboard) -> None:
    visit(page, dashboard.url, date="2026-11-18")
    link = page.locator(".pt-card h3 a").first
    title = link.inner_text()
    link.click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    settle(page)
    author = page.locator(".pt-names a").first
    name = author.inner_text()
    author.click()
    expect(page.locator(".pt-facts")).to_contain_text(name)
    settle(page)
    page.go_back()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()


def test_a_day_of_a_paper_leads_to_its_listing(page: Page, dashboard: Dashboard) -> None:
    visit(page, dashboard.url, "paper", paper=HOSTILE_ID)
    page.get_by_role("region", name="Days this paper was listed on").get_by_role("link").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    expect(page.locator(".pt-line")).to_contain_text("Fri 20 Nov 2026")
    expect(page.locator(".pt-cards")).to_contain_text(HOSTILE_TITLE)


def test_search_types_narrows_and_filters(page: Page, dashboard: Dashboard) -> None:
    visit(page, dashboard.url, "search")
    page.get_by_role("textbox", name="Search papers").fill("VILA")
    page.keyboard.press("Enter")
    expect(page.locator(".pt-line")).to_contain_text("1 paper")
    expect(page.locator("mark")).to_have_text(["VILA"])
    expect(page).to_have_url(re.compile(r"q=VILA"))
    visit(page, dashboard.url, "search")
    before = int(page.locator(".pt-line strong").inner_text().replace(",", ""))
    page.locator(".pt-facet a").first.click()
    settle(page)
    expect(page).to_have_url(re.compile(r"q=topic"))
    after = int(page.locator(".pt-line strong").inner_text().replace(",", ""))
    assert 0 < after < before


def test_todays_filter_narrows_and_is_taken_away_again(page: Page, dashboard: Dashboard) -> None:
    visit(page, dashboard.url, period="month")
    line = page.locator(".pt-line")
    everything = line.inner_text()
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("combobox", name="Organization").fill("Evil")
    page.get_by_role("option", name='"><b>Evil</b> (1)').click()
    expect(line).to_contain_text("1 paper")
    expect(page.locator(".pt-card")).to_have_count(1)
    page.keyboard.press("Escape")
    page.get_by_role("navigation", name="Take a filter away").get_by_role("link").click()
    expect(line).to_have_text(everything)
    expect(page).to_have_url(re.compile(r"\?period=month$"))


def test_a_page_names_itself_in_the_browsers_tab(page: Page, dashboard: Dashboard) -> None:
    for place, state, title in (
        ("", {}, "Today"),
        ("trends", {}, "Trends"),
        ("paper", {"paper": HOSTILE_ID}, HOSTILE_TITLE),
    ):
        visit(page, dashboard.url, place, **state)
        expect(page).to_have_title(f"{title} · Papertide")


def test_strangers_text_is_shown_as_text(page: Page, dashboard: Dashboard) -> None:
    for place, state in (
        ("", {}),
        ("paper", {"paper": HOSTILE_ID}),
        ("search", {"q": "vila"}),
        ("organization", {"organization": "evil-org"}),
    ):
        visit(page, dashboard.url, place, **state)
        body = page.locator("[data-testid=stMain]")
        expect(body).to_contain_text(HOSTILE_TITLE)
        expect(body).to_contain_text(HOSTILE_ABSTRACT[:40])
        assert "owned" not in page.title()
        assert page.locator('a[href^="javascript"]').count() == 0
        assert page.locator(".pt-card b b, .pt-card i, .pt-card img[src=x]").count() == 0


def test_a_hostile_address_changes_nothing(page: Page, dashboard: Dashboard) -> None:
    script = "<img src=x onerror=alert(1)>"
    for place, key in (("search", "q"), ("topic", "topic"), ("author", "author"), ("", "topic")):
        visit(page, dashboard.url, place, **{key: script})
        assert page.locator("img[src=x]").count() == 0


def test_a_page_that_failed_comes_back_with_a_whole_version(
    page: Page, dashboard: Dashboard
) -> None:
    whole = dashboard.settings.link.resolve()
    publish_changed(dashboard.settings, "29990102T000000Z", "drop table paper_listings")
    page.goto(dashboard.url)
    expect(page.get_by_test_id("stException")).to_be_visible()
    swap_link(dashboard.settings.link, whole)
    expect(page.locator(".pt-card").first).to_be_visible(timeout=30_000)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_a_new_version_shows_up_in_an_open_page(page: Page, dashboard: Dashboard) -> None:
    before = dashboard.settings.link.resolve()
    visit(page, dashboard.url)
    publish_changed(
        dashboard.settings,
        "29990101T000000Z",
        f"update papers set title = 'A title of the next version' where paper_id = '{HOSTILE_ID}'",
    )
    expect(page.locator(".pt-card").first).to_contain_text(
        "A title of the next version", timeout=30_000
    )
    expect(page.locator(".pt-footer")).to_contain_text("29990101T000000Z")
    swap_link(dashboard.settings.link, before)  # what other tests look for
