"""What can go wrong on the way to a hub, injected on purpose.

Whether a request fails follows from the seed, the address and how often that address was asked, so
a run is repeatable however its requests interleave. What does not belong here: sound answers.
"""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Iterable
from threading import Lock
from typing import Final

TRANSIENT: Final = (
    "429",  # too many requests, without a word on when to come back
    "429-retry-after",
    "500",
    "503",
    "503-retry-after",
    "cut",  # the connection closes in the middle of the body
    "cut-json",  # a sound answer whose body ends too early
    "html",  # an HTML page where JSON should be
    "empty",  # status 200 and no bytes
    "drop",  # the connection closes before any answer
    "hang",  # no answer for `hang_seconds`, then none at all
)
"""Faults that are over when one asks again."""

LASTING: Final = (
    "loop",  # the next link names the page it stands on
    "repeat",  # each page after the first begins with the rows that ended the page before
)
"""Faults of the answer itself."""


class Faults:
    """Decides the fault of each request.

    Args:
        probability: Of a fault for each request.
        kinds: Faults to choose from.
        seed: Of the choice.
        script: Faults of the first requests, in order; ``ok`` for a sound answer.
        retry_after: Seconds told in ``Retry-After``.
        hang_seconds: How long a hanging answer hangs.
    """

    def __init__(
        self,
        probability: float = 0.0,
        *,
        kinds: Iterable[str] = TRANSIENT,
        seed: int = 0,
        script: Iterable[str] = (),
        retry_after: float = 0,
        hang_seconds: float = 5,
    ) -> None:
        self.probability, self.kinds, self.seed = probability, tuple(kinds), seed
        self.retry_after, self.hang_seconds = retry_after, hang_seconds
        self._script = deque(script)
        known = {*TRANSIENT, *LASTING, "ok"}
        if unknown := {*self.kinds, *self._script} - known:
            raise ValueError(f"unknown faults {sorted(unknown)}; known: {sorted(known)}")
        self._asked: Counter[str] = Counter()
        self._lock = Lock()

    def choose(self, address: str) -> str:
        """Decide on the next request of an address: a fault, or ``ok``."""
        with self._lock:
            if self._script:
                return self._script.popleft()
            self._asked[address] += 1
            choice = random.Random(f"{self.seed}:{address}:{self._asked[address]}")
        return choice.choice(self.kinds) if choice.random() < self.probability else "ok"
