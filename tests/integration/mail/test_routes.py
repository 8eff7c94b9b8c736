"""Feeds and mail links over HTTP, from a real server on loopback."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from dashboard.feed_links import FeedLinks
from dashboard.routes_feeds import ROUTES
from orchestration.publish.feed_files import feed_path
from orchestration.publish.feeds import write_feeds
from orchestration.publish.searches import SavedSearch, save_search
from orchestration.publish.sending import deliver_due, send_digests
from orchestration.publish.store import open_store
from orchestration.publish.subscriptions import ask
from orchestration.settings import Settings, load_settings
from tests.fakes.published import paper, write_version
from tests.fakes.smtp import MailServer
from tests.integration.mail.conftest import ADA, secret


def page(_request: Request) -> Response:
    """Stands for the dashboard's page."""
    headers = {"etag": '"page"'}
    return HTMLResponse("<html><head><title>x</title></head><body>y</body></html>", 200, headers)


@pytest.fixture
def web() -> Iterator[httpx.Client]:
    app = Starlette(routes=[*ROUTES, Route("/", page)], middleware=[Middleware(FeedLinks)])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    give_up = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < give_up, "the server did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        yield client
    server.should_exit = True
    thread.join(5)


@pytest.fixture
def feeds(settings: Settings, version: Path, now: datetime) -> Settings:
    save_search(settings.searches, SavedSearch(name='Third <"topic">', query="topic:topic-3"))
    write_feeds(settings, version, now)
    return settings


def test_feeds_are_served_and_not_twice(web: httpx.Client, feeds: Settings) -> None:
    for name in ("daily", "weekly", "trending", "rising-topics", "searches/third-topic"):
        answer = web.get(f"/feeds/{name}.xml")
        assert answer.status_code == 200, name
        assert answer.headers["content-type"].startswith("application/atom+xml")
        assert answer.content == feed_path(feeds, name).read_bytes()
    etag, changed = answer.headers["etag"], answer.headers["last-modified"]
    for headers in (
        {"If-None-Match": etag},
        {"If-None-Match": f'"other", W/{etag}'},
        {"If-None-Match": "*"},
        {"If-Modified-Since": changed},
        {"If-None-Match": etag, "Accept": "text/html"},
    ):
        again = web.get("/feeds/searches/third-topic.xml", headers=headers)
        assert (again.status_code, again.content) == (304, b""), headers
        assert again.headers["etag"] == etag
    for headers in (
        {"If-None-Match": '"other"', "If-Modified-Since": changed},
        {"If-Modified-Since": "Thu, 01 Jan 2026 00:00:00 GMT"},
        {"If-Modified-Since": "yesterday"},
        {"If-Modified-Since": "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"},
        {"If-Modified-Since": "Mon, 01 Jan 0001 00:00:00 +2359"},
    ):
        again = web.get("/feeds/searches/third-topic.xml", headers=headers)
        assert again.status_code == 200, headers
    head = web.head("/feeds/daily.xml")
    assert (head.status_code, head.content) == (200, b"")


def test_a_changed_feed_is_told(
    web: httpx.Client, feeds: Settings, version: Path, now: datetime
) -> None:
    path = feed_path(feeds, "trending")
    os.utime(path, (time.time() - 60, time.time() - 60))
    before = web.get("/feeds/trending.xml")
    write_version(version, [paper(1, now.date())], built_at=now)
    write_feeds(feeds, version, now)
    for headers in (
        {"If-None-Match": before.headers["etag"]},
        {"If-Modified-Since": before.headers["last-modified"]},
    ):
        assert web.get("/feeds/trending.xml", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/feeds/unheardof.xml",
        "/feeds/state.xml",
        "/feeds/index.xml",
        "/feeds/..%2f..%2fsubscriptions.xml",
        "/feeds/searches%2fthird-topic.xml/x",
        "/feeds/searches/..%2fdaily.xml",
        "/feeds/searches/nothing.xml",
        "/feeds/",
    ],
)
def test_nothing_else_is_served(web: httpx.Client, feeds: Settings, path: str) -> None:
    (feeds.home / "subscriptions.xml").write_text("secret")
    assert web.get(path).status_code == 404


def test_pages_name_the_feeds(web: httpx.Client, feeds: Settings) -> None:
    answer = web.get("/", headers={"Accept": "text/html", "If-None-Match": '"page"'})
    assert answer.status_code == 200
    assert (
        '<link rel="alternate" type="application/atom+xml"'
        ' title="Papertide: Third &lt;&quot;topic&quot;&gt;"'
        ' href="http://127.0.0.1:8501/feeds/searches/third-topic.xml"></head>'
    ) in answer.text
    assert answer.text.count('rel="alternate"') == 5
    assert "etag" not in answer.headers
    # What is no page goes through as it is.
    assert "alternate" not in web.get("/", headers={"Accept": "*/*"}).text
    assert web.get("/feeds/daily.xml", headers={"Accept": "text/html"}).content.startswith(b"<?xml")


@pytest.fixture
def mailed(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The process's own settings, with the mail server."""
    monkeypatch.setenv("PAPERTIDE_SMTP_URL", server.url)
    monkeypatch.setenv("PAPERTIDE_SMTP_CA_FILE", str(server.ca_file))
    load_settings.cache_clear()
    return load_settings()


def test_the_links_of_a_mail(
    web: httpx.Client, mailed: Settings, server: MailServer, version: Path, now: datetime
) -> None:
    ask(open_store(mailed), ADA, 'topic:"topic 3"', "daily", "client", now)
    deliver_due(mailed)
    link = f"/confirm?token={secret(server, ADA, 'confirm')}"
    # A scanner that opens the link starts nothing.
    for _ in range(2):
        asked = web.get(link)
        assert asked.status_code == 200
        assert "Start the digest" in asked.text
        assert "topic topic 3" in asked.text
    assert send_digests(mailed, version, "daily", now).states == {}
    assert "You will get a daily digest: topic topic 3." in web.post(link).text
    assert web.post(link).status_code == 404
    assert web.get(link).status_code == 404
    assert send_digests(mailed, version, "daily", now).states == {"sent": 1}
    leave = f"/unsubscribe?token={secret(server, ADA, 'unsubscribe')}"
    for _ in range(2):
        assert "Unsubscribe?" in web.get(leave).text
    tomorrow = now + timedelta(days=1)
    assert send_digests(mailed, version, "daily", tomorrow).states == {"empty": 1}
    # One click in the mail program: RFC 8058.
    for _ in range(2):
        answer = web.post(leave, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "You are unsubscribed" in answer.text
    later = now + timedelta(days=2)
    assert send_digests(mailed, version, "daily", later).states == {}
    assert len(server.received) == 2


def test_bad_links_get_one_answer(web: httpx.Client, settings: Settings) -> None:
    answers = set()
    for path in ("/confirm", "/unsubscribe"):
        for token in ("", "?token=", "?token=guess", "?token=<script>", "?token=" + "x" * 5000):
            for method in ("GET", "POST"):
                answer = web.request(method, path + token)
                assert answer.status_code == 404
                assert answer.headers["cache-control"] == "no-store"
                assert answer.headers["referrer-policy"] == "no-referrer"
                assert "default-src 'none'" in answer.headers["content-security-policy"]
                answers.add(answer.text)
    assert len(answers) == 1
    assert web.put("/unsubscribe").status_code == 405
