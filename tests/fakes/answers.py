"""The papers API: what a sound hub answers to an address, by the hub's contract.

What does not belong here: sockets, faults of the way (``hub.py``, ``faults.py``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from itertools import chain, islice
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from tests.fakes.listings import Listings, Record

DEFAULT_LIMIT, MAX_LIMIT = 50, 100
SEARCH_RESULTS, SEARCHED_DAYS = 120, 60


class Answers:
    """Answers about some listings, at the time ``now`` tells, for a hub at ``url``."""

    def __init__(self, listings: Listings, now: Callable[[], datetime], url: str) -> None:
        self.listings, self.now, self.url = listings, now, url

    def answer(self, address: str, fault: str) -> tuple[int, Any, dict[str, str]]:
        """Answer an address soundly: status, JSON content and headers."""
        parts = urlsplit(address)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        try:
            if parts.path == "/api/daily_papers":
                return self._daily_papers(query, fault)
            if parts.path == "/api/papers/search":
                return 200, self._search(query.get("q", "")), {}
            if found := re.fullmatch(r"/api/papers/(.+)", parts.path):
                return self._detail(unquote(found[1]))
        except ValueError as error:
            return 400, {"error": str(error)}, {}
        return 404, {"error": "Sorry, we can't find the page you are looking for."}, {}

    def _daily_papers(self, query: dict[str, str], fault: str) -> tuple[int, Any, dict[str, str]]:
        limit, page = int(query.get("limit", DEFAULT_LIMIT)), int(query.get("p", 0))
        if not 1 <= limit <= MAX_LIMIT or page < 0:
            raise ValueError(f'"limit" must be from 1 to {MAX_LIMIT}, "p" 0 or more')
        records = self._cut(query)
        overlap = 3 if fault == "repeat" and page else 0
        content = records[max(0, page * limit - overlap) : (page + 1) * limit]
        headers = {}
        if (page + 1) * limit < len(records) or fault == "loop":
            following = urlencode({**query, "p": page if fault == "loop" else page + 1})
            headers["Link"] = f'<{self.url}/api/daily_papers?{following}>; rel="next"'
        return 200, content, headers

    def _cut(self, query: dict[str, str]) -> list[Record]:
        today = self.now().date()
        if "week" in query:
            first = datetime.strptime(f"{query['week']}-1", "%G-W%V-%u").date()  # noqa: DTZ007
            days = [first + timedelta(days=day) for day in range(7)]
        elif "month" in query:
            first = date.fromisoformat(f"{query['month']}-01")
            days = [first + timedelta(days=day) for day in range(31)]
            days = [day for day in days if day.month == first.month]
        else:
            days = [date.fromisoformat(query.get("date", today.isoformat()))]
        if days[0] > today:
            raise ValueError(f'"date" must be at most {today.isoformat()}')
        if len(days) == 1:
            return self.listings.records(days[0], self.now())
        return _most_upvoted(self.listings.records(day, self.now()) for day in days)

    def _search(self, text: str) -> list[Record]:
        words = text.casefold().split()
        found: list[Record] = []
        days = islice(self.listings.days(self.now().date()), SEARCHED_DAYS)
        for record in chain.from_iterable(self.listings.records(day, self.now()) for day in days):
            paper = record["paper"]
            content = f"{paper.get('title', '')} {paper.get('summary', '')}".casefold()
            if words and all(word in content for word in words):
                bare = {name: value for name, value in record.items() if name != "submittedBy"}
                marked = {"highlightedTitle": paper.get("title", "")}
                marked["highlightedSummary"] = paper.get("summary", "")
                found.append({**bare, **marked, "upvoted": False})
            if len(found) == SEARCH_RESULTS:
                break
        return found

    def _detail(self, paper_id: str) -> tuple[int, Any, dict[str, str]]:
        record = self.listings.find(paper_id, self.now())
        if record is None:
            return 404, {"error": "Paper not found"}, {}
        return 200, record["paper"] | _linked(paper_id), {}


def _most_upvoted(days: Iterable[list[Record]]) -> list[Record]:
    papers = {record["paper"]["id"]: record for day in days for record in day}
    return sorted(papers.values(), key=lambda record: -record["paper"].get("upvotes", 0))


def _linked(paper_id: str) -> Record:
    """Repositories linked to a paper, few or none, by its id."""
    digest = hashlib.sha256(paper_id.encode()).digest()
    linked: Record = {}
    for place, kind in enumerate(("Models", "Datasets", "Spaces")):
        total = max(0, digest[place] % 6 - 2)
        linked[f"linked{kind}"] = [
            {"id": f"demo/{kind.lower()}-{number}", "likes": digest[number], "downloads": number}
            for number in range(total)
        ]
        linked[f"numTotal{kind}"] = total
    return linked
