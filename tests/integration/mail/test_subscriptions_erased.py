"""Being forgotten: nothing of an address stays, on request or once it is no longer needed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from orchestration.publish import store as store_module
from orchestration.publish.erasing import LEFT_KEPT, JournalInUseError, clean_up, forget
from orchestration.publish.sending import deliver_due, send_digests
from orchestration.publish.store import Asked, Subscriber, Token, open_store
from orchestration.publish.subscriptions import ask, confirm, unsubscribe
from orchestration.settings import Settings
from tests.fakes.smtp import MailServer
from tests.integration.mail.conftest import ADA, add_subscribers, secret, subscribed


def everything_in(settings: Settings) -> str:
    """All values of all tables."""
    with open_store(settings).begin() as session:
        return "".join(
            str(session.execute(text(f"select * from {table}")).all())
            for table in ("subscribers", "interests", "tokens", "outbox", "asked")
        )


def test_forgetting_leaves_nothing(
    mailing: Settings, server: MailServer, version: Path, now: datetime
) -> None:
    store = open_store(mailing)
    assert forget(store, ADA) is False
    confirm(store, subscribed(mailing, server, now, "topic:topic-3"), now)
    server.script(ADA, ["RCPT 550 ada@example.org is unknown"])
    send_digests(mailing, version, "daily", now)
    assert "ada@example.org is unknown" in everything_in(mailing)
    add_subscribers(mailing, {"bob@example.org": ["speech"]})
    assert forget(store, "ADA@example.org") is True
    left = everything_in(mailing)
    assert "ada" not in left
    assert "topic-3" not in left
    assert "bob@example.org" in left
    with store.begin() as session:
        assert len(session.scalars(select(Token)).all()) == 0
        assert len(session.scalars(select(Asked)).all()) == 1  # the client's, not the address's


def test_deleted_addresses_are_not_in_the_file(
    settings: Settings, server: MailServer, now: datetime
) -> None:
    mailing = server.settings(settings)
    confirm(open_store(mailing), subscribed(mailing, server, now), now)
    forget(open_store(mailing), ADA)
    files = list(settings.home.glob("subscriptions.db*"))
    assert len(files) == 3
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)
    assert not any(b"ada@example" in file.read_bytes() for file in files)


def test_forgetting_while_somebody_reads(
    settings: Settings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "LOCK_SECONDS", 0)
    store = open_store(settings)
    ask(store, ADA, "", "daily", "client", now)
    journal = settings.home / "subscriptions.db-wal"
    with closing(sqlite3.connect(settings.home / "subscriptions.db")) as reader:
        reader.execute("begin")
        assert reader.execute("select count(*) from subscribers").fetchone() == (1,)
        with pytest.raises(JournalInUseError, match="do it again"):
            forget(store, ADA)
        assert b"ada@example" in journal.read_bytes()
    assert forget(store, ADA) is False
    assert journal.read_bytes() == b""


def test_a_question_that_could_not_be_asked_in_time(
    mailing: Settings, server: MailServer, now: datetime
) -> None:
    ask(open_store(mailing), ADA, "", "daily", "client", now)
    # The mail server comes back after days: nobody remembers having asked.
    assert deliver_due(mailing, now=now + timedelta(hours=49)).sent == 0
    assert server.received == []
    assert "ada" not in everything_in(mailing)
    if mailing.subscriptions_database.startswith("sqlite"):
        assert (mailing.home / "subscriptions.db-wal").read_bytes() == b""


def test_what_is_not_needed_is_erased(
    mailing: Settings, server: MailServer, version: Path, now: datetime
) -> None:
    store = open_store(mailing)
    subscribed(mailing, server, now)  # never confirmed
    add_subscribers(mailing, {"bob@example.org": [""], "eve@example.org": [""]})
    send_digests(mailing, version, "daily", now)
    unsubscribe(store, secret(server, "bob@example.org", "unsubscribe"), now)

    def known(at: datetime) -> set[str]:
        clean_up(mailing, store, at)
        with store.begin() as session:
            return set(session.scalars(select(Subscriber.email)))

    assert known(now) == {ADA, "bob@example.org", "eve@example.org"}
    assert known(now + timedelta(hours=49)) == {"bob@example.org", "eve@example.org"}
    assert known(now + LEFT_KEPT + timedelta(days=1)) == {"eve@example.org"}
