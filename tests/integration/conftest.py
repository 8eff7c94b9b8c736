"""One real collection for many tests: a fake hub on loopback, the command line, a published file.

What does not belong here: expectations.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestration.demo.generator import DemoHub
from orchestration.settings import PROJECT_ROOT
from tests.fakes.hub import FakeHub
from tests.fakes.listings import FixedListings

Record = dict[str, Any]

GROWING = ("upvotes", "githubStars")
"""Numbers of a paper that change while it is listed."""


@dataclass(frozen=True)
class Line:
    """What was listed at two moments, and the data folder it was collected into."""

    home: Path
    first: dict[date, list[Record]]
    second: dict[date, list[Record]]


def run(home: Path, hub_url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the product as a person would, against the fake hub."""
    environment = {
        **os.environ,
        "PAPERTIDE_HOME": str(home),
        "PAPERTIDE_SOURCE": "auto",
        "PAPERTIDE_HUB_URL": hub_url,
        "PAPERTIDE_ARXIV_URL": hub_url,
        "PAPERTIDE_REQUEST_ATTEMPTS": "2",
    }
    return subprocess.run(
        [sys.executable, "-m", "orchestration", *arguments],
        cwd=PROJECT_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _told_by_one_hub(listings: dict[date, list[Record]]) -> dict[date, list[Record]]:
    """The listings with the numbers each paper had last: a hub counts a paper once for all days."""
    latest = {
        record["paper"]["id"]: record for _, day in sorted(listings.items()) for record in day
    }
    return {
        day: sorted(
            (_with_numbers_of(record, latest[record["paper"]["id"]]) for record in records),
            key=lambda record: -record["paper"]["upvotes"],
        )
        for day, records in listings.items()
    }


def _with_numbers_of(record: Record, other: Record) -> Record:
    numbers = {name: other["paper"][name] for name in GROWING if name in other["paper"]}
    return record | {
        "paper": record["paper"] | numbers,
        "numComments": other["numComments"],
    }


@pytest.fixture(scope="session")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """Twelve days collected twice, three days apart by their upvotes, and published twice."""
    home = tmp_path_factory.mktemp("line")
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=age) for age in range(15, 3, -1)]
    made_up = DemoHub()

    def listed(hours: int) -> dict[date, list[Record]]:
        moments = {day: datetime.combine(day, time(), UTC) + timedelta(hours=hours) for day in days}
        return _told_by_one_hub(
            {day: made_up.records(day, moment) for day, moment in moments.items()}
        )

    first, second = listed(10), listed(80)
    for records in (first, second):
        with FakeHub(FixedListings(records)) as hub:
            span = ("--from", days[0].isoformat(), "--to", days[-1].isoformat())
            answer = run(home, hub.url, "collect", *span)
            assert answer.returncode == 0, answer.stdout + answer.stderr
    return Line(home, first, second)
