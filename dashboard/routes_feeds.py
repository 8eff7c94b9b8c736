"""Routes beside the pages: the feeds, and what the links and buttons of a mail do.

``/feeds/….xml``, ``/confirm`` and ``/unsubscribe`` (with the one-click POST of RFC 8058). Opening a
link changes nothing, since mail scanners open links too: the page it gives has a button.
What does not belong here: what is in a feed or a subscription (``orchestration/publish``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from orchestration.publish.digests import query_words
from orchestration.publish.feed_files import feed_path, known_feeds
from orchestration.publish.links import Links
from orchestration.publish.rendering import render
from orchestration.publish.store import open_store
from orchestration.publish.subscriptions import (
    MAX_INTERESTS,
    check_confirm,
    check_unsubscribe,
    confirm,
    unsubscribe,
)
from orchestration.publish.tokens import LinkError
from orchestration.settings import load_settings

FEED_SECONDS: Final = 300
"""How long a reader may keep a feed without asking again."""

PRIVATE: Final = {
    "Cache-Control": "no-store",
    # The address holds a secret that no other site is to learn.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
}


def feed(request: Request) -> Response:
    """A feed's bytes, or 304 when the reader has them."""
    settings = load_settings()
    name = request.path_params["name"]
    if request.url.path.startswith("/feeds/searches/"):
        name = f"searches/{name}"
    path = feed_path(settings, name)
    # Only names that are listed: no other file can be asked for.
    if name not in known_feeds(settings) or not path.exists():
        return PlainTextResponse("There is no such feed.", status_code=404)
    content, changed_at = path.read_bytes(), int(path.stat().st_mtime)
    headers = {
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        "Last-Modified": format_datetime(datetime.fromtimestamp(changed_at, UTC), usegmt=True),
        "Cache-Control": f"public, max-age={FEED_SECONDS}",
        "X-Content-Type-Options": "nosniff",
    }
    if _has_it(request.headers, headers["ETag"], changed_at):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="application/atom+xml")


def _has_it(asked: Headers, etag: str, changed_at: int) -> bool:
    """Whether the reader's copy is this one; a tag counts more than a time (RFC 9110)."""
    if "if-none-match" in asked:
        tags = [tag.strip().removeprefix("W/") for tag in asked["if-none-match"].split(",")]
        return etag in tags or "*" in tags
    try:
        since = parsedate_to_datetime(asked.get("if-modified-since", ""))
        if since.tzinfo is None:
            since = since.replace(tzinfo=UTC)
        return changed_at <= since.timestamp()
    except (ValueError, OverflowError):
        return False


def confirm_subscription(request: Request) -> Response:
    """GET asks, POST starts the digest."""

    def ask(secret: str) -> Response:
        what = query_words(check_confirm(open_store(load_settings()), secret, _now()))
        return _answer("Start the digest?", f"New papers: {what}.", "Start the digest")

    def act(secret: str) -> Response:
        wanted = confirm(open_store(load_settings()), secret, _now())
        what = ", ".join(query_words(query) for query in wanted.queries)
        words = f"You will get a {wanted.frequency} digest: {what}."
        if wanted.left_out is not None:
            words += (
                f" Not added: {query_words(wanted.left_out)}, as a digest has at most"
                f" {MAX_INTERESTS} searches. Its link to change it lets you replace one."
            )
        return _answer("It starts", words)

    return _with_link(request, ask, act)


def end_subscription(request: Request) -> Response:
    """GET asks, POST ends all mail to the address; a mail program's one click is such a POST."""

    def ask(secret: str) -> Response:
        check_unsubscribe(open_store(load_settings()), secret, _now())
        return _answer("Unsubscribe?", "No more digests will be sent to you.", "Unsubscribe")

    def act(secret: str) -> Response:
        unsubscribe(open_store(load_settings()), secret, _now())
        return _answer("You are unsubscribed", "No more digests will be sent to you.")

    return _with_link(request, ask, act)


def _with_link(
    request: Request, ask: Callable[[str], Response], act: Callable[[str], Response]
) -> Response:
    secret = request.query_params.get("token", "")
    try:
        return act(secret) if request.method == "POST" else ask(secret)
    except LinkError as error:
        return _answer("That did not work", str(error), status=404)


def _answer(title: str, words: str, button: str = "", status: int = 200) -> Response:
    home = Links(load_settings().public_url).home
    page = render("answer.html", title=title, words=words, button=button, home=home)
    return HTMLResponse(page, status_code=status, headers=PRIVATE)


def _now() -> datetime:
    return datetime.now(UTC)


ROUTES: Final = [
    Route("/feeds/{name}.xml", feed),
    Route("/feeds/searches/{name}.xml", feed),
    Route("/confirm", confirm_subscription, methods=["GET", "POST"]),
    Route("/unsubscribe", end_subscription, methods=["GET", "POST"]),
]
