"""The SQL page in a real browser: it runs, refuses, stops, and stays alive."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from orchestration.files import sha256_of
from tests.browser.conftest import Dashboard
from tests.browser.visits import marks_of_charts, settle, visit

HOSTILE = {
    "select * from read_text('/etc/passwd')": "disabled by configuration",
    "select * from read_csv('/etc/hosts')": "disabled by configuration",
    "select * from '/etc/hostname'": "does not exist",
    "select * from read_blob('http://127.0.0.1:9/x')": "disabled by configuration",
    "select * from glob('/*')": "disabled by configuration",
    "pragma enable_external_access": "",
    "select 1; drop table papers": "Write one statement",
    "select error(repeat('x', 10000000))": "xxx",
    "select nosuchcolumn from papers": "nosuchcolumn",
}
WRITING = [
    "copy papers to '/tmp/papertide-papers.csv'",
    "set lock_configuration = false",
    "create table taken as select 1",
    "drop table papers",
    "copy (select 1 where false) to '{file}' (use_tmp_file false, header false)",
    "copy (select 1) to '{file}' (use_tmp_file false)",
    "copy (select 1 where false) to '{file}.wal' (use_tmp_file false)",
    "explain analyze copy (select 1) to '{file}' (use_tmp_file false)",
]
ENDLESS = "select count(*) from range(100000000) a, range(100000) b"

FORGET_ERRORS = "document.querySelectorAll('.pt-error').forEach(each => each.dataset.isOld = '')"


def ask(page: Page, dashboard: Dashboard, query: str) -> None:
    """Run a query on a page that shows no older answer, which could be taken for the new one."""
    visit(page, dashboard.url, "sql", query=query)
    expect(page.locator(".pt-error")).to_have_count(0)
    page.get_by_role("button", name="Run").click()


def test_a_query_runs_and_becomes_a_chart(page: Page, dashboard: Dashboard) -> None:
    ask(page, dashboard, "select 'a' as name, 3 as papers")
    expect(page.locator(".pt-line")).to_contain_text("1 row")
    page.get_by_text("As a chart").click()
    page.locator("[data-testid=stVegaLiteChart]").wait_for()
    assert all(marks_of_charts(page))
    expect(page).to_have_url(re.compile("as_chart=yes"))
    page.get_by_role("link", name="Today").first.click()
    settle(page)
    page.get_by_role("link", name="SQL", exact=True).first.click()
    expect(page.get_by_text("This answers an earlier query")).to_be_visible()


def test_hostile_queries_are_refused_and_the_page_lives(page: Page, dashboard: Dashboard) -> None:
    visit(page, dashboard.url, "sql")
    box = page.get_by_role("textbox", name="SQL (DuckDB)")
    error = page.locator(".pt-error:not([data-is-old])")
    for query, reason in HOSTILE.items():
        page.evaluate(FORGET_ERRORS)
        box.fill(query)
        box.press("Control+Enter")
        expect(error).to_contain_text(reason)
        assert len(error.inner_text()) < 3000
        settle(page)
    box.fill("select 6 * 7 as answer")
    box.press("Control+Enter")
    expect(page.locator(".pt-line")).to_contain_text("1 row")


def test_queries_that_would_write_leave_the_published_file_alone(
    page: Page, dashboard: Dashboard
) -> None:
    file = dashboard.settings.link.resolve()
    before = sha256_of(file), sorted(file.parent.iterdir())
    for query in WRITING:
        ask(page, dashboard, query.format(file=file))
        expect(page.locator(".pt-error")).to_contain_text("Only statements that read can run here")
    assert (sha256_of(file), sorted(file.parent.iterdir())) == before


def test_an_endless_query_can_be_stopped(page: Page, dashboard: Dashboard) -> None:
    ask(page, dashboard, ENDLESS)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".pt-error")).to_contain_text("Stopped.")
    visit(page, dashboard.url)
    expect(page.locator(".pt-card").first).to_be_visible()


def test_show_sql_leads_to_the_sql_page_and_gives_rows(page: Page, dashboard: Dashboard) -> None:
    visit(page, dashboard.url, "coverage")
    page.get_by_role("button", name="Show SQL").first.click()
    page.get_by_role("link", name="Run it on the SQL page").click()
    expect(page.get_by_role("textbox", name="SQL (DuckDB)")).to_contain_text("from listing_days")
    settle(page)
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".pt-line")).to_contain_text("rows")
