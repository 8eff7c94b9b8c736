"""Twenty people at once: every page answers whole, and the server's memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import psutil
import pytest

from tests.browser.conftest import Dashboard
from tests.browser.session import Session, session

SESSIONS = 20
ROUNDS = 2
PATIENCE_SECONDS = 120
GROWTH_BYTES = 300 * 2**20
MENU = ("Search", "Trends", "Authors", "Organizations", "Scale", "Coverage", "Subscribe", "SQL")


@pytest.fixture
def sessions(dashboard: Dashboard) -> Iterator[list[Session]]:
    """As many sessions as people, all open."""
    with ExitStack() as opening:
        yield [
            opening.enter_context(session(dashboard.url, PATIENCE_SECONDS)) for _ in range(SESSIONS)
        ]


def test_twenty_sessions_at_once(sessions: list[Session], dashboard: Dashboard) -> None:
    def walk(number: int) -> list[str]:
        """Visit every page, each session from another one on; give what was wrong."""
        reader, wrong = sessions[number], []
        for step in range(len(MENU)):
            name = MENU[(number + step) % len(MENU)]
            shown = reader.visit(name.lower())
            wrong += shown.exceptions
            wrong += [
                f"{name} lacks {part}" for part in (f"<h1>{name}", FOOTER) if part not in shown.text
            ]
        return wrong

    server = psutil.Process(dashboard.process.pid)
    with ThreadPoolExecutor(SESSIONS) as people:
        grown = []
        for _ in range(ROUNDS):
            before = server.memory_info().rss
            assert [wrong for walked in people.map(walk, range(SESSIONS)) for wrong in walked] == []
            grown.append(server.memory_info().rss - before)
    print("memory grew by", *(f"{each / 2**20:.0f} MB" for each in grown))
    assert grown[-1] < GROWTH_BYTES


FOOTER = '<footer class="pt-footer">'
