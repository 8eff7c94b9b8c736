"""What comes back from asking the hub: an answer, or one of two kinds of failure.

What does not belong here: asking (``hub.py``), and what a body means (``records.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

PAGE_SIZE: Final = 100
"""The hub's most rows a page."""

FULL_PAGES: Final = frozenset({50, PAGE_SIZE})
"""Rows of a page that the hub may have cut: what it answers when it overhears us, and its most."""


class HubError(RuntimeError):
    """A request that did not give what was asked for; the message says which and why."""


class RefusedError(HubError):
    """The hub said no, and would say so again (400, 404, …); `answer` is how.

    An address that is never asked, or that leads nowhere, has an empty answer of status 0.
    """

    def __init__(self, message: str, answer: Answer) -> None:
        super().__init__(message)
        self.status = answer.status
        self.answer = answer


class TransientError(HubError):
    """What went wrong may go right the next time; raised to the caller after the last try."""

    def __init__(
        self, message: str, wait_seconds: float | None = None, answer: Answer | None = None
    ) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds
        self.answer = answer


class LongPauseError(HubError):
    """The hub wants no request for longer than a run can wait: a later run asks."""


@dataclass(frozen=True)
class Answer:
    """One answer of the hub: its bytes and what is worth keeping of the rest."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    received_at: datetime
    next_url: str | None
    items: int | None = None  # length of the body's array; none when the body is something else

    def facts(self) -> dict[str, Any]:
        """The answer's part of a landing envelope."""
        return {
            "url": self.url,
            "status": self.status,
            "headers": self.headers,
            "received_at": self.received_at.isoformat(),
            "next_url": self.next_url,
        }


@dataclass
class Traffic:
    """What a client has done so far."""

    requests: int = 0
    retries: int = 0
    throttled: int = 0
    bytes: int = 0
