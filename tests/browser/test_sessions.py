"""Twenty people at once: every page answers whole, and the server's memory stays bounded."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import psutil
import pytest

from tests.browser.conftest import Dashboard
from tests.browser.places import PLACES, address
from tests.browser.session import Session, session

SESSIONS = 20
SECONDS = 10.0
THOROUGH_SECONDS = 60.0
PATIENCE_SECONDS = 120
GROWTH_BYTES = 300 * 2**20
TITLE = "<h1"
FOOTER = '<footer class="pt-footer">'


@pytest.fixture
def sessions(dashboard: Dashboard) -> Iterator[list[Session]]:
    """As many sessions as people, all open."""
    with ExitStack() as opening:
        yield [
            opening.enter_context(session(dashboard.url, PATIENCE_SECONDS)) for _ in range(SESSIONS)
        ]


def test_twenty_sessions_at_once(
    sessions: list[Session], dashboard: Dashboard, thorough: bool
) -> None:
    places = {place: address(dashboard.settings, place) for place in PLACES}
    span = THOROUGH_SECONDS if thorough else SECONDS

    def walk(number: int, least: int, until: float) -> tuple[int, list[str]]:
        """Visit page after page, each session from another one on: how many, what was wrong."""
        visits, wrong = 0, []
        while visits < least or time.monotonic() < until:
            place = list(places)[(number + visits) % len(places)]
            shown = sessions[number].visit(place, **places[place])
            wrong += shown.exceptions
            wrong += [f"{place} lacks {part}" for part in (TITLE, FOOTER) if part not in shown.text]
            visits += 1
        return visits, wrong

    server = psutil.Process(dashboard.process.pid)
    with ThreadPoolExecutor(SESSIONS) as people:
        visits, grown = 0, []
        # Every page once, and again until the time is over.
        for least, seconds in ((len(places), 0.0), (0, span)):
            before, until = server.memory_info().rss, time.monotonic() + seconds
            walked = list(people.map(walk, range(SESSIONS), [least] * SESSIONS, [until] * SESSIONS))
            assert [fault for _, wrong in walked for fault in wrong] == []
            visits += sum(number for number, _ in walked)
            grown.append(server.memory_info().rss - before)
    print(visits, "visits, memory grew by", *(f"{each / 2**20:.0f} MB" for each in grown))
    assert grown[-1] < GROWTH_BYTES
