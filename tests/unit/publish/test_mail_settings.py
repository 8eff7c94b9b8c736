"""Settings of mail: what is refused, without repeating a password."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from email import policy

import pytest

from orchestration.publish.letters import confirmation_letter
from orchestration.publish.store import Message, Subscriber
from orchestration.settings import Settings, SettingsError, load_settings


@pytest.mark.parametrize(
    "url",
    [
        "papertide",
        "//user:hunter2@db.example.org/papertide",
        "mysql://user:hunter2@db.example.org/papertide",
        "postgresql+nothere://user:hunter2@db.example.org/papertide",
        # Its driver is one that nothing here can wait for.
        "postgresql+asyncpg://user:hunter2@db.example.org/papertide",
        "postgresql://user:hunter2@db.example.org:port/papertide",
    ],
)
def test_a_database_of_subscriptions_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("PAPERTIDE_SUBSCRIPTIONS_URL", url)
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert "PAPERTIDE_SUBSCRIPTIONS_URL" in str(refusal.value)
    assert "must be postgresql://user:password@host/database" in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    ("told", "used"),
    [
        ("postgres://ann:a%2Fb@db/tide?host=/run", "postgresql://ann:a%2Fb@db/tide?host=/run"),
        ("postgresql://ann@db/tide", "postgresql://ann@db/tide"),
        ("postgresql+psycopg2://ann@db/tide", "postgresql+psycopg2://ann@db/tide"),
        ("sqlite:////var/lib/tide.db", "sqlite:////var/lib/tide.db"),
    ],
)
def test_a_database_of_subscriptions_by_each_of_its_spellings(
    monkeypatch: pytest.MonkeyPatch, told: str, used: str
) -> None:
    monkeypatch.setenv("PAPERTIDE_SUBSCRIPTIONS_URL", told)
    assert load_settings().subscriptions_database == used


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://mail.example.org", "must be smtps://host"),
        ("smtp://", "must be smtps://host"),
        ("mail.example.org:25", "must be smtps://host"),
        ("smtp+plain://user:hunter2@mail.example.org", "a login needs TLS"),
        # A # or / in a password has to be %-encoded: the rest of it is no port.
        ("smtps://user:hunter2#secret@mail.example.org", "its port is no number"),
        ("smtps://user:hunter2/secret@mail.example.org", "its port is no number"),
        ("smtps://user:hunter2@mail.example.org:99999", "its port is no number"),
    ],
)
def test_a_mail_server_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, url: str, words: str
) -> None:
    monkeypatch.setenv("PAPERTIDE_SMTP_URL", url)
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert "PAPERTIDE_SMTP_URL" in str(refusal.value)
    assert words in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    "sender",
    [
        "papertide",
        "Papertide papertide@example.org",
        "Papertide <papertide>",
        "a@example.org, b@example.org",
        "Papertide <papertide@example.org>\nBcc: eve@example.org",
        "Pa, per <papertide@example.org>",
        "papertide@exämple.org",
    ],
)
def test_a_sender_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch, sender: str) -> None:
    monkeypatch.setenv("PAPERTIDE_MAIL_FROM", sender)
    with pytest.raises(SettingsError, match=r"PAPERTIDE_MAIL_FROM: .*must be name@example.org"):
        load_settings()


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("papertide@example.org", ""),
        ("Papertide <papertide@example.org>", "Papertide"),
        ('"Papers, daily" <papertide@example.org>', "Papers, daily"),
        ("Tägliche Aufsätze <papertide@example.org>", "Tägliche Aufsätze"),
    ],
)
def test_a_sender_is_read_as_meant(settings: Settings, sender: str, name: str) -> None:
    changed = Settings(**{**settings.model_dump(), "mail_from": sender})
    now = datetime(2026, 11, 23, tzinfo=UTC)
    message = Message(id=1, message_id="x", payload='{"query": "", "frequency": "daily"}')
    subscriber = Subscriber(id=1, email="ada@example.org", frequency="daily", changed_at=now)
    content = confirmation_letter(changed, message, subscriber, now).content
    assert content is not None
    mail = email.message_from_bytes(content, policy=policy.SMTP)
    [address] = mail["From"].addresses
    assert (address.display_name, address.addr_spec) == (name, "papertide@example.org")
    assert content.isascii()


def test_secrets_are_not_shown(settings: Settings) -> None:
    changed = {
        "smtp_url": "smtps://user:hunter2@mail.example.org",
        "subscriptions_url": "postgresql://user:hunter2@db.example.org/papertide",
    }
    shown = Settings(**{**settings.model_dump(), **changed})
    assert "hunter2" not in repr(shown)
    assert "hunter2" not in shown.model_dump_json()
    assert shown.subscriptions_database.startswith("postgresql://user:hunter2@")
    assert settings.subscriptions_database == f"sqlite:///{settings.home}/subscriptions.db"
