"""A hub on the loopback interface: the papers API as observed, with faults when wanted.

A real HTTP/1.1 server with keep-alive, paging, rate limit and a clock of its own; use it as a
context manager, or as ``python -m tests.fakes.hub --port 8600 --recorded FILE --faults 0.3``.
What does not belong here: what it answers (``answers.py``), its records, the choice of faults.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from orchestration.demo.generator import DemoHub
from tests.fakes.answers import Answers
from tests.fakes.faults import LASTING, Faults
from tests.fakes.listings import FixedListings, Listings
from tests.fakes.loopback import LoopbackHandler, LoopbackServer


class FakeHub(LoopbackServer):
    """The server, and what it was asked.

    Args:
        listings: What it lists; made-up papers when left out.
        now: Its clock: an instant that stands still, or a function; the real time when left out.
        faults: What goes wrong.
        rate_limit: API calls allowed in each window of ``window_seconds``.
        token: When given, calls without it as bearer token are refused with 401.

    Attributes:
        url: Address without a trailing slash.
        statuses: Answers by status; a connection dropped without one counts as 0.
        paths: Requests by path, without the query.
        requests: Every request's path and query, in order.
        headers: The headers of each of them.
        looks: Requests that only wanted to know whether it is there.
        connections: Connections opened.
        busiest: Most requests in hand at once.
    """

    def __init__(
        self,
        listings: Listings | None = None,
        *,
        now: datetime | Callable[[], datetime] | None = None,
        faults: Faults | None = None,
        rate_limit: int = 500,
        window_seconds: float = 300,
        token: str | None = None,
        port: int = 0,
    ) -> None:
        self.now = now or (lambda: datetime.now(UTC))
        self.faults = faults or Faults()
        self.rate_limit, self.window_seconds, self.token = rate_limit, window_seconds, token
        self.statuses: Counter[int] = Counter()
        self.paths: Counter[str] = Counter()
        self.requests: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.looks = 0
        self._window_started, self._window_used = time.monotonic(), 0
        self.listen(_Handler, port)
        self.answers = Answers(listings or DemoHub(), lambda: self.clock, self.url)

    @property
    def clock(self) -> datetime:
        """Tell the time at this hub."""
        return self.now() if callable(self.now) else self.now

    def begin(self, address: str, headers: dict[str, str]) -> dict[str, str] | None:
        """Count a request; give its rate limit headers, or none when it is one too many."""
        with self.lock:
            self.requests.append(address)
            self.headers.append(headers)
            self.paths[urlsplit(address).path] += 1
            self.take()
            if time.monotonic() - self._window_started >= self.window_seconds:
                self._window_started, self._window_used = time.monotonic(), 0
            self._window_used += 1
            left = self.rate_limit - self._window_used
            return self._rate_headers(max(left, 0)) if left >= 0 else None

    def end(self, status: int) -> None:
        """Count an answer."""
        with self.lock:
            self.give_back()
            self.statuses[status] += 1

    def _rate_headers(self, left: int) -> dict[str, str]:
        reset = max(0, self._window_started + self.window_seconds - time.monotonic())
        policy = f'"fixed window";"api";q={self.rate_limit};w={self.window_seconds:.0f}'
        return {"RateLimit": f'"api";r={left};t={reset:.0f}', "RateLimit-Policy": policy}

    def exhausted_headers(self) -> dict[str, str]:
        """Give the rate limit headers of a refused request."""
        with self.lock:
            return self._rate_headers(0)


class _Handler(LoopbackHandler):
    fake: FakeHub

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Tell the hub's own time in the Date header."""
        return super().date_time_string(timestamp or self.fake.clock.timestamp())

    def do_HEAD(self) -> None:
        """Answer without a body: enough to see that the hub is there."""
        with self.fake.lock:
            self.fake.looks += 1
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        """Answer, fail as wanted, and count."""
        rate = self.fake.begin(self.path, dict(self.headers.items()))
        try:
            self._respond(rate)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _respond(self, rate: dict[str, str] | None) -> None:
        faults = self.fake.faults
        if rate is None:
            headers = self.fake.exhausted_headers()
            return self._send(429, {"error": "Too Many Requests"}, headers)
        if self.fake.token and self.headers.get("Authorization") != f"Bearer {self.fake.token}":
            return self._send(401, {"error": "Invalid credentials"}, rate)
        fault = faults.choose(self.path)
        if fault == "hang":
            self.fake.stopping.wait(faults.hang_seconds)
        if fault in ("hang", "drop"):
            self.close_connection = True
            return self.fake.end(0)
        if fault == "html":
            return self._send_bytes(200, b"<!doctype html><p>Back soon</p>", "text/html", rate)
        if fault == "empty":
            return self._send_bytes(200, b"", "application/json", rate)
        if fault not in ("ok", "cut", "cut-json", *LASTING):
            if fault.endswith("retry-after"):
                rate = rate | {"Retry-After": f"{faults.retry_after:g}"}
            return self._send(int(fault[:3]), {"error": "Try again later"}, rate)
        status, content, headers = self.fake.answers.answer(self.path, fault)
        body = json.dumps(content).encode()
        if fault == "cut-json":
            body = body[: max(1, len(body) * 2 // 3)]
        kept = len(body) * 2 // 3 if fault == "cut" else None
        return self._send_bytes(status, body, "application/json", rate | headers, kept)

    def _send(self, status: int, content: Any, headers: dict[str, str]) -> None:
        self._send_bytes(status, json.dumps(content).encode(), "application/json", headers)

    def _send_bytes(
        self,
        status: int,
        body: bytes,
        content_type: str,
        headers: dict[str, str],
        kept: int | None = None,
    ) -> None:
        # Counted before: who has the answer may look at once.
        self.fake.end(status)
        self.send_response(status)
        self.send_header("Content-Type", f"{content_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:kept])
        self.close_connection = self.close_connection or kept is not None


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="A hub on the loopback interface.")
    parser.add_argument("--port", type=int, default=8600, help="0 takes a free one")
    parser.add_argument("--recorded", type=Path, help="JSON lines of recorded responses")
    parser.add_argument("--faults", type=float, default=0.0, help="probability of a fault")
    parser.add_argument("--seed", type=int, default=0, help="of the faults")
    parser.add_argument("--papers-per-day", type=float, default=25, help="of made-up listings")
    parser.add_argument("--rate-limit", type=int, default=500, help="calls in 300 seconds")
    options = parser.parse_args()
    made_up = DemoHub(papers_per_day=options.papers_per_day)
    listings = FixedListings.from_file(options.recorded) if options.recorded else made_up
    faults = Faults(options.faults, seed=options.seed)
    hub = FakeHub(listings, faults=faults, rate_limit=options.rate_limit, port=options.port)
    with hub:
        print(hub.url, flush=True)
        try:
            hub.stopping.wait()
        except KeyboardInterrupt:
            print(dict(hub.statuses))


if __name__ == "__main__":
    main()
