"""From the subscribe box to the last mail, in a real browser with a real mail server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from datetime import time as clock

import feedparser
import httpx
import pytest
from playwright.sync_api import Page, expect

from orchestration.publish.feeds import write_feeds
from orchestration.publish.sending import send_digests
from orchestration.settings import PROJECT_ROOT, Settings
from tests.browser.conftest import free_port
from tests.browser.visits import choose, settle, visit
from tests.fakes.smtp import MailServer
from tests.fakes.warehouse import NEWEST_DAY, copy_of

ADA, BOB = "ada@example.org", "bob@example.org"
MORNING = datetime.combine(NEWEST_DAY + timedelta(days=1), clock(6), UTC)
START_SECONDS = 90
MAIL_SECONDS = 30


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    """A mail server."""
    with MailServer(tmp_path_factory.mktemp("post")) as server:
        yield server


@pytest.fixture(scope="module")
def site(
    post: MailServer, demo_home: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """A dashboard that can send mail; gives its settings."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    copied = copy_of(demo_home, tmp_path_factory.mktemp("site") / "home")
    settings = post.settings(copied, public_url=url)
    write_feeds(settings, settings.link)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PAPERTIDE_")
    } | {
        "PAPERTIDE_HOME": str(settings.home),
        "PAPERTIDE_PUBLIC_URL": url,
        "PAPERTIDE_SMTP_URL": post.url,
        "PAPERTIDE_SMTP_CA_FILE": str(post.ca_file),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "dashboard/app.py", f"--server.port={port}"],
        cwd=PROJECT_ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(url):
            assert process.poll() is None, "the dashboard ended"
            assert time.monotonic() < deadline, "the dashboard did not start"
            time.sleep(0.1)
        yield settings
    finally:
        process.terminate()
        process.wait(20)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/_stcore/health").status_code == 200
    except httpx.TransportError:
        return False


def link(post: MailServer, page: str, mails: int, address: str = ADA) -> str:
    """A link to a page from the newest of so many mails."""
    deadline = time.monotonic() + MAIL_SECONDS
    while len(post.to(address)) < mails:
        assert time.monotonic() < deadline, "no mail came"
        time.sleep(0.05)
    found = re.search(rf"http://\S+/{page}\?token=[\w-]+", post.to(address)[-1].part("plain"))
    assert found is not None
    return found[0]


def test_from_the_box_to_the_last_mail(page: Page, site: Settings, post: MailServer) -> None:
    visit(page, site.public_url, "subscribe")
    page.get_by_text("See the digest you would get now").click()
    page.get_by_label("E-mail").fill("no address")
    page.get_by_role("button", name="Subscribe", exact=True).click()
    expect(page.get_by_text("That is no e-mail address")).to_be_visible()
    page.get_by_label("E-mail").fill(ADA)
    page.get_by_role("button", name="Subscribe", exact=True).click()
    expect(page.get_by_text("Look into your mail")).to_be_visible()

    page.goto(link(post, "confirm", 1))
    assert send_digests(site, site.link, "daily", MORNING).states == {}
    page.get_by_role("button", name="Start the digest").click()
    expect(page.get_by_role("heading", name="It starts")).to_be_visible()
    assert send_digests(site, site.link, "daily", MORNING).states == {"sent": 1}

    # Links of the digest lead to the papers.
    paper = re.search(r"http://\S+/paper\?paper=\S+", post.to(ADA)[-1].part("plain"))
    assert paper is not None
    page.goto(paper[0])
    settle(page)
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    page.goto(link(post, "subscribe", 2))
    settle(page)
    box = page.get_by_label("Searches, one a line")
    expect(box).to_have_value("*")
    box.fill("topic:agents\n*")
    page.get_by_role("button", name="Change", exact=True).click()
    expect(page.get_by_text("From now on: daily, topic agents, all papers.")).to_be_visible()

    page.goto(link(post, "unsubscribe", 2))
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_role("heading", name="You are unsubscribed")).to_be_visible()
    later = MORNING + timedelta(days=1)
    assert send_digests(site, site.link, "daily", later).states == {}
    assert len(post.to(ADA)) == 2


def test_one_click_of_a_mail_program(page: Page, site: Settings, post: MailServer) -> None:
    visit(page, site.public_url, "subscribe", q="has:code")
    choose(page, "What", "All papers")
    button = page.get_by_role("button", name="Subscribe", exact=True)
    # While a box above goes, the form is there twice for a moment.
    expect(button).to_have_count(1)
    page.get_by_label("E-mail").fill(BOB)
    button.click()
    page.goto(link(post, "confirm", 1, BOB))
    page.get_by_role("button", name="Start the digest").click()
    expect(page.get_by_role("heading", name="It starts")).to_be_visible()
    assert send_digests(site, site.link, "weekly", MORNING).states == {}
    send_digests(site, site.link, "daily", MORNING)
    link(post, "unsubscribe", 2, BOB)
    target = post.to(BOB)[-1].mail["List-Unsubscribe"].strip("<>")
    answer = httpx.post(target, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    week = MORNING + timedelta(days=7)
    assert send_digests(site, site.link, "daily", week).states == {}


def test_feeds_are_found_from_the_page(page: Page, site: Settings) -> None:
    visit(page, site.public_url, "subscribe")
    named = page.locator('head link[rel="alternate"][type="application/atom+xml"]')
    assert named.count() == 4
    for index in range(named.count()):
        address = named.nth(index).get_attribute("href")
        assert address is not None
        feed = httpx.get(address)
        parsed = feedparser.parse(feed.content)
        assert not parsed.bozo
        assert parsed.feed.links[0].href == address
        assert (
            httpx.get(address, headers={"If-None-Match": feed.headers["etag"]}).status_code == 304
        )
    listed = page.get_by_role("link", name="Each day's papers")
    assert listed.get_attribute("href") == "feeds/daily.xml"
