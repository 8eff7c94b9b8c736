"""Settings of mail: what is refused, without repeating a password."""

from __future__ import annotations

import pytest

from orchestration.settings import Settings, SettingsError, load_settings


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://mail.example.org", "must be smtps://host"),
        ("smtp://", "must be smtps://host"),
        ("mail.example.org:25", "must be smtps://host"),
        ("smtp+plain://user:hunter2@mail.example.org", "a login needs TLS"),
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
