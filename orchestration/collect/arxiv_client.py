"""The client of the arXiv Atom API: one connection, one request in three seconds.

What does not belong here: choosing ids, keeping answers (``arxiv.py``), and what a feed means
(``arxiv_feed.py``).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final, Self

import httpx
import stamina

from orchestration.collect.arxiv_feed import Feed, FeedError, parse_feed
from orchestration.collect.pace import told_wait
from orchestration.collect.reach import answers
from orchestration.settings import Settings

INTERVAL_SECONDS: Final = 3.0
_LONGEST_WAIT_SECONDS: Final = 120.0


class ArxivError(RuntimeError):
    """arXiv gave no answer that could be used; what it gave before is kept."""


class _TransientError(ArxivError):
    """What may go right the next time."""

    def __init__(
        self, message: str, wait_seconds: float | None = None, response: Response | None = None
    ) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds
        self.response = response


@dataclass(frozen=True)
class Response:
    """One answer: its bytes, and the feed that they hold; of a feed nobody can read, the error."""

    url: str
    status: int
    body: bytes
    feed: Feed


class ArxivClient:
    """One connection that waits between requests; use it as a context manager.

    Args:
        settings: address, timeout and number of tries.
        interval_seconds: from the beginning of one request to that of the next.
    """

    def __init__(self, settings: Settings, interval_seconds: float = INTERVAL_SECONDS) -> None:
        self._host = settings.arxiv_url
        self._address = f"{settings.arxiv_url}/api/query"
        self._timeout_seconds = settings.request_timeout_seconds
        self._attempts = settings.request_attempts
        self._interval = interval_seconds
        self._earliest = 0.0
        self._http = httpx.Client(
            headers={"User-Agent": f"papertide/{version('papertide')}"},
            timeout=settings.request_timeout_seconds,
            limits=httpx.Limits(max_connections=1),
            follow_redirects=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def is_reachable(self) -> bool:
        """Whether arXiv answers at all: found out in seconds, where a fetch tries for minutes."""
        return answers(self._http, self._host, self._timeout_seconds)

    def fetch(self, ids: Sequence[str]) -> Response:
        """Ask for papers by id; an error feed is an answer, everything else is tried again.

        A feed that can't be read on any try is an answer too: one of its papers spoils it.

        Raises:
            ArxivError: no try gave a feed, or the answer is one that will not change.
        """
        params: dict[str, str | int] = {"id_list": ",".join(ids), "max_results": len(ids)}
        try:
            return self._ask_again(params)
        except _TransientError as error:
            if error.response is None:
                raise
            return error.response

    def _ask_again(self, params: dict[str, str | int]) -> Response:
        for attempt in stamina.retry_context(
            on=_wait_before_retry,
            attempts=self._attempts,
            timeout=None,
            wait_initial=self._interval,
            wait_jitter=self._interval,
            wait_max=10 * self._interval,
        ):
            with attempt:
                return self._ask(params)
        raise AssertionError("unreachable: the last try returns or raises")

    def _ask(self, params: dict[str, str | int]) -> Response:
        time.sleep(max(0.0, self._earliest - time.monotonic()))
        self._earliest = time.monotonic() + self._interval
        try:
            answer = self._http.get(self._address, params=params)
        except httpx.RequestError as error:
            raise _TransientError(f"{self._address}: {type(error).__name__} {error}") from error
        problem = f"{answer.url}: status {answer.status_code}"
        if answer.status_code == 429 or answer.status_code >= 500:
            raise _TransientError(problem, told_wait(answer.headers))
        if answer.status_code not in {200, 400}:
            raise ArxivError(problem)
        try:
            feed = parse_feed(answer.content)
        except FeedError as error:
            feed = Feed(errors=[str(error)])
            response = Response(str(answer.url), answer.status_code, answer.content, feed)
            # An empty body or a web page says nothing of the papers asked for.
            is_a_feed = b"<feed" in answer.content
            raise _TransientError(
                f"{problem}: {error}", response=response if is_a_feed else None
            ) from error
        return Response(str(answer.url), answer.status_code, answer.content, feed)


def _wait_before_retry(error: Exception) -> bool | float:
    if not isinstance(error, _TransientError):
        return False
    if error.wait_seconds is None:
        return True
    return min(error.wait_seconds, _LONGEST_WAIT_SECONDS)
