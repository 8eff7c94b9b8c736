"""Names the feeds in the head of each page, where feed readers look for them.

Every page waits for what is imported here. What does not belong here: serving the feeds
(``routes_feeds.py``).
"""

from __future__ import annotations

from html import escape

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchestration.publish.feed_files import known_feeds
from orchestration.publish.links import Links
from orchestration.settings import load_settings


class FeedLinks:
    """Puts ``<link rel="alternate">`` for each feed into the head of the dashboard's page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, but pages of HTML with the links added."""
        if not _asks_for_page(scope):
            await self._app(scope, receive, send)
            return
        # The page has to come as a whole and in plain text to be added to.
        skipped = (b"accept-encoding", b"if-none-match", b"if-modified-since")
        kept = [(name, value) for name, value in scope["headers"] if name not in skipped]
        start: Message | None = None
        body = b""

        async def collect(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_page(message):
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body", False):
                    await _send_page(start, body, send)

        await self._app({**scope, "headers": kept}, receive, collect)


def _asks_for_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith("/feeds/"):
        return False
    return "text/html" in Headers(scope=scope).get("accept", "")


def _is_page(start: Message) -> bool:
    return MutableHeaders(scope=start).get("content-type", "").startswith("text/html")


async def _send_page(start: Message, body: bytes, send: Send) -> None:
    page = body.replace(b"</head>", _links() + b"</head>", 1)
    headers = MutableHeaders(scope=start)
    headers["content-length"] = str(len(page))
    for name in ("etag", "last-modified"):
        if name in headers:
            del headers[name]
    await send(start)
    await send({"type": "http.response.body", "body": page})


def _links() -> bytes:
    settings = load_settings()
    links = Links(settings.public_url)
    return "".join(
        f'<link rel="alternate" type="application/atom+xml" title="Papertide: {escape(title)}"'
        f' href="{escape(links.feed(name))}">'
        for name, title in known_feeds(settings).items()
    ).encode()
