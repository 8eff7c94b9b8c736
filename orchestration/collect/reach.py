"""Whether a host answers at all: one short request, never a second try; and how fast it is asked.

What does not belong here: what to do when it does not (``source.py``, ``arxiv.py``).
"""

from __future__ import annotations

from functools import cached_property
from typing import Final

import httpx

from orchestration.collect.pace import Pace
from orchestration.settings import Settings

_LONGEST_SECONDS: Final = 5.0


class HubReach:
    """What the steps of a run share about the hub: whether it answers, and one pace to ask it.

    Args:
        settings: address, timeout and limit.

    Attributes:
        pace: of all clients of the run, so that together they keep the limit and any pause.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.pace = Pace(settings.hub_requests_per_5_minutes)

    @cached_property
    def is_there(self) -> bool:
        """Whether the hub answered when somebody first wanted to know."""
        with httpx.Client() as http:
            return answers(http, self._settings.hub_url, self._settings.request_timeout_seconds)


def answers(http: httpx.Client, url: str, timeout_seconds: float) -> bool:
    """Whether an address answers within a few seconds with anything but a server's error."""
    try:
        response = http.head(url, timeout=min(_LONGEST_SECONDS, timeout_seconds))
    except httpx.HTTPError:
        return False
    return response.status_code < 500
