"""Fixtures of the mail tests: both databases, a mail server, a published version."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from orchestration.publish.sending import deliver_due
from orchestration.publish.store import (
    Frequency,
    Interest,
    Standing,
    Subscriber,
    open_store,
)
from orchestration.publish.subscriptions import ask
from orchestration.settings import Settings
from tests.fakes.postgres import new_database, running_postgres
from tests.fakes.published import paper, write_version
from tests.fakes.smtp import MailServer

ADA = "ada@example.org"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The socket folder of a PostgreSQL server."""
    with running_postgres() as folder:
        yield folder


@pytest.fixture(params=["sqlite", "postgresql"])
def stored(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """Settings with an empty database of each kind."""
    if request.param == "sqlite":
        return settings
    address = new_database(request.getfixturevalue("postgres"))
    return Settings(**{**settings.model_dump(), "subscriptions_url": address})


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    """A mail server with STARTTLS and login."""
    with MailServer(tmp_path) as running:
        yield running


@pytest.fixture
def mailing(stored: Settings, server: MailServer) -> Settings:
    """Settings of each database with the mail server."""
    return server.settings(stored)


@pytest.fixture
def now() -> datetime:
    """The present, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def version(tmp_path: Path, now: datetime) -> Path:
    """A version with 30 papers of yesterday, first seen then."""
    yesterday = now.date() - timedelta(days=1)
    papers = [paper(number, yesterday) for number in range(30)]
    return write_version(tmp_path / "v.duckdb", papers, built_at=now)


def add_subscribers(
    settings: Settings,
    queries: dict[str, list[str]],
    frequency: Frequency = Frequency.DAILY,
) -> None:
    """Put confirmed subscribers into the database, by address."""
    moment = datetime.now(UTC)
    with open_store(settings).begin() as session:
        for address, wanted in queries.items():
            subscriber = Subscriber(
                email=address, standing=Standing.ACTIVE, frequency=frequency, changed_at=moment
            )
            session.add(subscriber)
            session.flush()
            session.add_all(Interest(subscriber_id=subscriber.id, query=query) for query in wanted)


def subscriber_id(settings: Settings, address: str) -> int:
    """The number of a subscriber."""
    with open_store(settings).begin() as session:
        return session.scalars(select(Subscriber.id).where(Subscriber.email == address)).one()


def secret(server: MailServer, address: str, page: str) -> str:
    """The secret in the newest mail's link to a page."""
    body = server.to(address)[-1].part("plain")
    found = re.search(rf"/{page}\?token=([\w-]+)", body)
    assert found is not None, body
    return found[1]


def subscribed(settings: Settings, server: MailServer, now: datetime, query: str = "") -> str:
    """Ask and get the confirmation mail; gives its secret."""
    ask(open_store(settings), ADA, query, "daily", "client", now)
    assert deliver_due(settings, now=now).sent == 1
    return secret(server, ADA, "confirm")
