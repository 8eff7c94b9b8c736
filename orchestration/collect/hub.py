"""The hub's API client: asks politely, tries again what may pass, and never what will not.

What does not belong here: what a body means, and where it is kept.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import Self

import httpx
import stamina

from orchestration.collect.hub_answers import (
    FULL_PAGES,
    PAGE_SIZE,
    Answer,
    HubError,
    LongPauseError,
    RefusedError,
    Traffic,
    TransientError,
)
from orchestration.collect.pace import LONGEST_PAUSE_SECONDS, Pace, told_wait
from orchestration.collect.records import load_json
from orchestration.settings import Settings

# A retry is nothing to tell anybody: `Traffic` counts them, and the last failure is raised.
stamina.instrumentation.set_on_retry_hooks([])

_MOST_PAGES = 50
_MOST_BYTES = 64 * 2**20
_NOTABLE_SKEW = timedelta(seconds=90)
# The hub tells whole seconds: following each of them would give two observations one instant.
_STEADY_SKEW = timedelta(seconds=2)
_KEPT_HEADERS = ("date", "age", "content-type", "etag", "link", "ratelimit", "ratelimit-policy")


class HubClient:
    """One connection pool, one pace and one set of rules for everything asked of one host.

    Safe to share between threads. Use it as a context manager.

    Args:
        base_url: address of the hub.
        token: sent as a bearer token when given.
        requests_per_5_minutes: our own limit.
        concurrency: most requests at once.
        timeout_seconds: of connecting, of a silence, and ten times that of a whole answer.
        attempts: tries of a request before it fails.
        backoff_seconds: first wait between tries; doubles, up to 30 s, with jitter.
        pace: shared with other clients of the same run; one of its own when left out.
    """

    def __init__(
        self,
        base_url: str,
        *,
        token: str | None = None,
        requests_per_5_minutes: int = 450,
        concurrency: int = 4,
        timeout_seconds: float = 30,
        attempts: int = 6,
        backoff_seconds: float = 0.5,
        pace: Pace | None = None,
    ) -> None:
        self.base_url = httpx.URL(base_url)
        self.traffic = Traffic()
        self._pace = pace or Pace(requests_per_5_minutes)
        self._slots = threading.BoundedSemaphore(concurrency)
        self._count_lock = threading.Lock()
        self._timeout_seconds = timeout_seconds
        self._attempts = attempts
        self._backoff_seconds = backoff_seconds
        self._skew = timedelta()
        headers = {"User-Agent": f"papertide/{version('papertide')}", "Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._http = httpx.Client(
            headers=headers,
            timeout=timeout_seconds,
            limits=httpx.Limits(max_connections=concurrency, max_keepalive_connections=concurrency),
            follow_redirects=True,
            max_redirects=3,
        )

    @classmethod
    def from_settings(cls, settings: Settings, pace: Pace | None = None) -> Self:
        """The client that the settings describe."""
        return cls(
            settings.hub_url,
            token=settings.hub_token.get_secret_value() if settings.hub_token else None,
            requests_per_5_minutes=settings.hub_requests_per_5_minutes,
            concurrency=settings.hub_concurrency,
            timeout_seconds=settings.request_timeout_seconds,
            attempts=settings.request_attempts,
            pace=pace,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def now(self) -> datetime:
        """The instant, by the hub's clock when ours is notably off: its days are the ones asked."""
        return datetime.now(UTC) + self._skew

    def get_json(self, path: str, params: Mapping[str, str | int] | None = None) -> Answer:
        """Ask for one JSON document; tried again on 429, 5xx, broken connections and cut bodies.

        Args:
            path: below the base address, or a whole address of the same host.
            params: the query, when `path` has none.

        Raises:
            RefusedError: a 4xx that will not change, or an address of another host.
            LongPauseError: the hub wants a pause that a run can't wait for.
            TransientError: every try failed; its `answer` is the last one when it was not JSON.
        """
        url = self.base_url.join(path)
        if (url.scheme, url.netloc) != (self.base_url.scheme, self.base_url.netloc):
            raise self._dead_end(url, f"is not an address of {self.base_url}")
        for attempt in stamina.retry_context(
            on=_wait_before_retry,
            attempts=self._attempts,
            timeout=None,
            wait_initial=self._backoff_seconds,
            wait_jitter=self._backoff_seconds,
            wait_max=30,
        ):
            with attempt:
                if attempt.num > 1:
                    self._count(retries=1)
                return self._ask(url, params)
        raise AssertionError("unreachable: the last try returns or raises")

    def listing_pages(self, listing_date: date) -> Iterator[Answer]:
        """The pages of a day's listing, until the hub names no next one.

        Stops at a next link that leads back, elsewhere, or on without end; the pages given until
        then do not show the end, and say so by the next link of the last one.
        """
        path = "/api/daily_papers"
        answer = self.get_json(path, {"date": str(listing_date), "limit": PAGE_SIZE, "p": 0})
        seen = {answer.url}
        yield answer
        for page in range(1, _MOST_PAGES):
            if answer.next_url is not None:
                url = httpx.URL(answer.next_url)
                if answer.next_url in seen or url.path != httpx.URL(answer.url).path:
                    return
                answer = self.get_json(answer.next_url)
            elif answer.items in FULL_PAGES:
                # A full last page can be the end, or a link lost on the way: one more call tells.
                query: dict[str, str | int] = {
                    "date": str(listing_date),
                    "limit": PAGE_SIZE,
                    "p": page,
                }
                answer = self.get_json(path, query)
            else:
                return
            if answer.url in seen:
                return
            seen.add(answer.url)
            yield answer

    def _ask(self, url: httpx.URL, params: Mapping[str, str | int] | None) -> Answer:
        self._pace.wait()
        with self._slots:
            self._count(requests=1)
            try:
                answer = self._receive(url, params)
            except httpx.TooManyRedirects as error:
                raise self._dead_end(url, str(error)) from error
            except httpx.RequestError as error:
                problem = f"{url}: {type(error).__name__} {error}".rstrip()
                raise TransientError(problem) from error
        self._pace.heed(answer.headers)
        if answer.status == 200:
            try:
                content = load_json(answer.body)
            except ValueError as error:
                problem = f"{answer.url}: the answer is not whole JSON: {error}"
                raise TransientError(problem, answer=answer) from error
            self._pace.ease()
            return replace(answer, items=len(content) if isinstance(content, list) else None)
        raise self._error(answer)

    def _receive(self, url: httpx.URL, params: Mapping[str, str | int] | None) -> Answer:
        deadline = time.monotonic() + 10 * self._timeout_seconds
        body = bytearray()
        with self._http.stream("GET", url, params=params) as response:
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > _MOST_BYTES or time.monotonic() > deadline:
                    raise TransientError(f"{url}: the answer does not end")
            self._count(bytes=len(body))
            self._learn_skew(response.headers)
            link = response.links.get("next", {}).get("url")
            return Answer(
                url=str(response.url),
                status=response.status_code,
                headers={
                    name: response.headers[name]
                    for name in (*_KEPT_HEADERS, "retry-after")
                    if name in response.headers
                },
                body=bytes(body),
                received_at=self.now(),
                next_url=str(response.url.join(link)) if link else None,
            )

    def _error(self, answer: Answer) -> HubError:
        excerpt = answer.body[:200].decode("utf-8", errors="replace")
        message = f"{answer.url}: status {answer.status} {excerpt}".rstrip()
        if answer.status not in {408, 425, 429} and answer.status < 500:
            return RefusedError(message, answer)
        wait = told_wait(answer.headers)
        is_long = wait is not None and wait > LONGEST_PAUSE_SECONDS
        if answer.status == 429:
            self._count(throttled=1)
            if wait is None:
                self._pace.back_off(self._backoff_seconds)
        if wait is not None and (is_long or answer.status == 429):
            self._pace.pause(wait)
        if is_long:
            return LongPauseError(f"{message}: asks to wait {wait:.0f} s")
        return TransientError(message, wait)

    def _dead_end(self, url: httpx.URL, why: str) -> RefusedError:
        nothing = Answer(str(url), 0, {}, b"", self.now(), None)
        return RefusedError(f"{url} {why}", nothing)

    def _learn_skew(self, headers: httpx.Headers) -> None:
        try:
            told = parsedate_to_datetime(headers["date"]).astimezone(UTC)
            told += timedelta(seconds=int(headers.get("age", 0)))
        except (KeyError, ValueError):
            return
        skew = told - datetime.now(UTC)
        if abs(skew) <= _NOTABLE_SKEW:
            self._skew = timedelta()
        elif abs(skew - self._skew) > _STEADY_SKEW:
            self._skew = skew

    def _count(self, **amounts: int) -> None:
        with self._count_lock:
            for name, amount in amounts.items():
                setattr(self.traffic, name, getattr(self.traffic, name) + amount)


def _wait_before_retry(error: Exception) -> bool | float:
    if not isinstance(error, TransientError):
        return False
    return error.wait_seconds or True
