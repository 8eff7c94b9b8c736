"""How fast the hub may be asked: our own limit, the limit that it tells, and its pauses.

What does not belong here: sending requests.
"""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from orchestration.collect.hub_answers import LongPauseError

WINDOW_SECONDS = 300.0
LONGEST_PAUSE_SECONDS = 600.0
"""A run that is told to wait longer ends instead."""

_LONGEST_BACK_OFF_SECONDS = 30.0

_PARAMETER = re.compile(r";\s*([a-z]+)=(\d+)")


class Pace:
    """Gives each request its moment. One for all threads of a client, and all clients of a run.

    At most `limit` requests are let go in any 300 seconds; a lower limit that the hub tells
    (``RateLimit-Policy``) wins from then on, and nobody is let go while the hub wants a pause.
    A sliding window and not a bucket that refills: a back-fill runs at full speed until the budget
    is used, and the budget is never exceeded in any window, wherever the hub's own begins.
    """

    def __init__(
        self,
        limit: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._own_limit = limit
        self._limits = {WINDOW_SECONDS: limit}
        self._sent: deque[float] = deque(maxlen=limit)
        self._paused_until = 0.0
        self._backed_off = 0
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Return when the next request may go.

        Raises:
            LongPauseError: the hub wants a pause that a run can't wait for.
        """
        while True:
            with self._lock:
                now = self._clock()
                if (pause := self._paused_until - now) > LONGEST_PAUSE_SECONDS:
                    raise LongPauseError(f"not asked: the hub wants no request for {pause:.0f} s")
                moment = self._next_moment()
                if moment <= now:
                    self._sent.append(now)
                    return
            self._sleep(min(moment - now, 5.0))

    def heed(self, headers: Mapping[str, str]) -> None:
        """Take in what an answer says of the limit and of what is left of it."""
        with self._lock:
            for policy in headers.get("ratelimit-policy", "").split(","):
                told = _parameters(policy)
                if told.get("q") and told.get("w"):
                    self._limits[float(told["w"])] = min(told["q"], self._own_limit)
            left = _parameters(headers.get("ratelimit", ""))
            if left.get("r") == 0 and "t" in left:
                self._pause(left["t"])

    def pause(self, seconds: float) -> None:
        """Let nobody go for so long: one thread was told to wait, and all of them do."""
        with self._lock:
            self._pause(seconds)

    def back_off(self, seconds: float) -> None:
        """Let nobody go for a while: the hub wants fewer requests and does not say for how long.

        Twice as long each time in a row, until :meth:`ease`.
        """
        with self._lock:
            if self._clock() < self._paused_until:
                return  # several threads were told at once
            self._pause(min(seconds * 2**self._backed_off, _LONGEST_BACK_OFF_SECONDS))
            self._backed_off = min(self._backed_off + 1, 10)

    def ease(self) -> None:
        """Take in that the hub gave what was asked for."""
        self._backed_off = 0

    def _pause(self, seconds: float) -> None:
        self._paused_until = max(self._paused_until, self._clock() + seconds)

    def _next_moment(self) -> float:
        moment = self._paused_until
        for window, limit in self._limits.items():
            if len(self._sent) >= limit:
                moment = max(moment, self._sent[-limit] + window)
        return moment


def told_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds that a refusing answer asks to wait (``Retry-After``, else ``RateLimit``)."""
    retry_after = headers.get("retry-after", "").strip()
    if retry_after.isdigit():
        return float(retry_after)
    if retry_after:
        try:
            moment = parsedate_to_datetime(retry_after)
        except ValueError:
            return None
        return max(0.0, (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds())
    left = _parameters(headers.get("ratelimit", ""))
    return float(left["t"]) if "t" in left and left.get("r", 0) == 0 else None


def _parameters(header: str) -> dict[str, int]:
    return {name: int(value) for name, value in _PARAMETER.findall(header)}
