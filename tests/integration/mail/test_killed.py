"""A sender killed at random moments: no second mail to anybody, and every doubt is listed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from orchestration.publish.doubts import counts, doubtful
from orchestration.publish.sending import deliver_due
from orchestration.publish.store import Message, State, Subscriber, open_store
from orchestration.publish.tries import LEASE
from orchestration.settings import Settings
from tests.fakes.smtp import MailServer
from tests.integration.mail.conftest import add_subscribers

SENDER = """
import sys
from datetime import datetime
from pathlib import Path
from orchestration.publish.sending import send_digests
from orchestration.settings import load_settings
send_digests(load_settings(), Path(sys.argv[1]), "daily", datetime.fromisoformat(sys.argv[2]))
"""

KILLS = {"sqlite": (200, 4), "postgresql": (100, 2)}
KILLS_WHEN_THOROUGH = {"sqlite": (1000, 20), "postgresql": (100, 2)}
"""Subscribers and kills with each database."""


def start(settings: Settings, version: Path, now: datetime) -> subprocess.Popen[bytes]:
    """A sender in a process of its own."""
    assert settings.smtp_url is not None
    environment = os.environ | {
        "PAPERTIDE_SMTP_URL": settings.smtp_url.get_secret_value(),
        "PAPERTIDE_SMTP_CA_FILE": str(settings.smtp_ca_file),
        "PAPERTIDE_SUBSCRIPTIONS_URL": settings.subscriptions_database,
    }
    command = [sys.executable, "-c", SENDER, str(version), now.isoformat()]
    return subprocess.Popen(command, env=environment)


def test_each_gets_one_mail_however_often_the_sender_dies(
    mailing: Settings, server: MailServer, version: Path, now: datetime, thorough: bool
) -> None:
    kind = "sqlite" if mailing.subscriptions_database.startswith("sqlite") else "postgresql"
    subscribers, kills = (KILLS_WHEN_THOROUGH if thorough else KILLS)[kind]
    dice = random.Random(20261123)
    addresses = [f"reader{number}@example.org" for number in range(subscribers)]
    add_subscribers(mailing, {address: ["topic:topic-3"] for address in addresses})
    killed = 0
    for kill in range(kills):
        # Somewhere in the share of the mails that this sender may get through.
        target = (kill + dice.random()) * subscribers / (kills + 1)
        sender = start(mailing, version, now)
        while len(server.received) < target and sender.poll() is None:
            time.sleep(0.0005)
        time.sleep(dice.random() * 0.02)
        sender.send_signal(signal.SIGKILL)
        # One that was quicker had nothing left to be killed at.
        killed += sender.wait() == -signal.SIGKILL
    assert killed
    last = start(mailing, version, now)
    assert last.wait(120) == 0
    in_doubt = counts(open_store(mailing)).get(State.SENDING, 0)
    # Once nobody can be at it any more, what was begun is a doubt, and it stays one.
    for minutes in (1, 60):
        report = deliver_due(mailing, version, now + LEASE + timedelta(minutes=minutes))
        assert report.sent == 0
    received = Counter(mail.recipient for mail in server.received)
    assert max(received.values()) == 1
    states = counts(open_store(mailing))
    assert states == {State.SENT: subscribers - in_doubt} | (
        {State.UNCERTAIN: in_doubt} if in_doubt else {}
    )
    doubts = doubtful(open_store(mailing))
    assert len(doubts) == in_doubt <= killed
    with open_store(mailing).begin() as session:
        rows = select(Subscriber.email).join(Message, Message.subscriber_id == Subscriber.id)
        sent = set(session.scalars(rows.where(Message.state == State.SENT)))
        doubted = set(session.scalars(rows.where(Message.state == State.UNCERTAIN)))
    assert sent | doubted == set(addresses)
    assert sent <= set(received)
    print(
        f"{kind}: {killed} kills, {subscribers} subscribers, {len(received)} mails received,"
        f" {len(sent)} known as sent, {len(doubted)} listed as doubtful"
        f" ({len(doubted & set(received))} of them arrived)"
    )


@pytest.fixture(autouse=True)
def _same_environment(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """The senders' processes use the test's own data folder."""
    monkeypatch.setenv("PAPERTIDE_HOME", str(settings.home))
