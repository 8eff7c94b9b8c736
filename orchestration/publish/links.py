"""Permalinks of the dashboard, as feeds and mails carry them.

What does not belong here: what the pages show.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode, urlsplit


@dataclass(frozen=True)
class Links:
    """Addresses below ``base``, the dashboard's public address without a slash at its end."""

    base: str

    @property
    def home(self) -> str:
        """The dashboard's first page."""
        return f"{self.base}/"

    @property
    def host(self) -> str:
        """The host's name, for Message-IDs."""
        return urlsplit(self.base).hostname or "localhost"

    def paper(self, paper_id: str) -> str:
        """One paper's page."""
        return self._page("paper", paper=paper_id)

    def topic(self, topic: str) -> str:
        """One topic's page."""
        return self._page("topic", topic=topic)

    def search(self, query: str) -> str:
        """The search page with a query in it."""
        return self._page("search", q=query)

    def period(self, period: str, day: date) -> str:
        """The papers of the day, week or month that ``day`` lies in."""
        return self._page("", period=period, date=day.isoformat())

    def feed(self, name: str) -> str:
        """A feed; names are ``daily`` or ``searches/<slug>``."""
        return f"{self.base}/feeds/{quote(name)}.xml"

    def confirm(self, token: str) -> str:
        """Where a subscription is confirmed."""
        return self._page("confirm", token=token)

    def unsubscribe(self, token: str) -> str:
        """Where all mail to one address ends; takes the one-click POST, too."""
        return self._page("unsubscribe", token=token)

    def change(self, token: str | None = None) -> str:
        """The subscribe page; with a token the one where a subscription is changed."""
        return self._page("subscribe", **({"token": token} if token else {}))

    def _page(self, page: str, **state: str) -> str:
        return f"{self.base}/{page}" + (f"?{urlencode(state)}" if state else "")
