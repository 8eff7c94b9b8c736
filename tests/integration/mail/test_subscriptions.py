"""Subscribing, confirming, changing and leaving; with both databases.

What does not belong here: what anybody may ask for (``test_subscriptions_asking.py``), being
forgotten (``test_subscriptions_erased.py``).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from orchestration.publish.addresses import SubscriptionError
from orchestration.publish.sending import deliver_due, send_digests
from orchestration.publish.store import Frequency, Token, open_store
from orchestration.publish.subscriptions import (
    MAX_INTERESTS,
    Preferences,
    ask,
    change,
    confirm,
    preferences,
    unsubscribe,
)
from orchestration.publish.tokens import LinkError
from orchestration.settings import Settings
from tests.fakes.smtp import MailServer
from tests.integration.mail.conftest import ADA, add_subscribers, secret, subscribed


def test_from_asking_to_leaving(
    mailing: Settings, server: MailServer, version: Path, now: datetime
) -> None:
    store = open_store(mailing)
    ask(store, " Ada@Example.ORG ", "topic:topic-3", "daily", "client", now)
    # Before the owner said yes nothing is sent but the question.
    assert send_digests(mailing, version, "daily", now).states == {}
    assert deliver_due(mailing, now=now).sent == 1
    [question] = server.to(ADA)
    assert question.mail["Subject"] == "Confirm your Papertide digest"
    assert "topic topic-3" in question.part("plain")
    assert "works for 48 hours" in question.part("html")
    assert send_digests(mailing, version, "daily", now).states == {}
    wanted = confirm(store, secret(server, ADA, "confirm"), now)
    assert wanted == Preferences(Frequency.DAILY, ("topic:topic-3",))
    assert send_digests(mailing, version, "daily", now).states == {"sent": 1}
    change_secret = secret(server, ADA, "subscribe")
    leave_secret = secret(server, ADA, "unsubscribe")
    assert preferences(store, change_secret, now) == wanted
    wanted = change(store, change_secret, "weekly", ["author:second", "", "author:second"], now)
    assert wanted == Preferences(Frequency.WEEKLY, ("author:second", ""))
    tomorrow = now + timedelta(days=1)
    assert send_digests(mailing, version, "daily", tomorrow).states == {}
    for _ in range(2):
        unsubscribe(store, leave_secret, now)
    assert send_digests(mailing, version, "weekly", tomorrow).states == {}
    assert len(server.to(ADA)) == 2


def test_a_confirmation_works_once_and_not_for_long(
    mailing: Settings, server: MailServer, now: datetime
) -> None:
    store = open_store(mailing)
    link = subscribed(mailing, server, now)
    with pytest.raises(LinkError):
        confirm(store, link, now + timedelta(hours=49))
    confirm(store, link, now + timedelta(hours=47))
    with pytest.raises(LinkError):
        confirm(store, link, now + timedelta(hours=47))
    with pytest.raises(LinkError):
        confirm(store, "guessed", now)


def test_a_secret_is_for_one_purpose_and_kept_as_hash(
    mailing: Settings, server: MailServer, version: Path, now: datetime
) -> None:
    store = open_store(mailing)
    confirm_secret = subscribed(mailing, server, now)
    for use in (preferences, unsubscribe):
        with pytest.raises(LinkError):
            use(store, confirm_secret, now)
    confirm(store, confirm_secret, now)
    send_digests(mailing, version, "daily", now)
    leave, edit = secret(server, ADA, "unsubscribe"), secret(server, ADA, "subscribe")
    for wrong in (leave, confirm_secret):
        with pytest.raises(LinkError):
            preferences(store, wrong, now)
    for wrong in (edit, confirm_secret):
        with pytest.raises(LinkError):
            unsubscribe(store, wrong, now)
    with store.begin() as session:
        hashes = set(session.scalars(select(Token.token_hash)))
        kept = " ".join(hashes)
    assert len(hashes) == 3
    assert not any(known in kept for known in (confirm_secret, leave, edit))
    unsubscribe(store, leave, now + timedelta(days=179))
    with pytest.raises(LinkError):
        unsubscribe(store, leave, now + timedelta(days=181))


def test_nobody_else_can_change_a_subscription(
    mailing: Settings, server: MailServer, version: Path, now: datetime
) -> None:
    """Asking for a known address looks the same and changes nothing before its owner agrees."""
    store = open_store(mailing)
    confirm(store, subscribed(mailing, server, now, "topic:topic-3"), now)
    ask(store, ADA, "unheardof", "weekly", "somebody else", now)
    assert deliver_due(mailing, now=now).sent == 1
    assert server.to(ADA)[-1].mail["Subject"] == "Confirm your Papertide digest"
    assert send_digests(mailing, version, "daily", now).states == {"sent": 1}
    held = preferences(store, secret(server, ADA, "subscribe"), now)
    assert held == Preferences(Frequency.DAILY, ("topic:topic-3",))


def test_a_second_wish_is_added(mailing: Settings, server: MailServer, now: datetime) -> None:
    store = open_store(mailing)
    confirm(store, subscribed(mailing, server, now, "one"), now)
    ask(store, ADA, "two", "weekly", "client", now)
    deliver_due(mailing, now=now)
    wanted = confirm(store, secret(server, ADA, "confirm"), now)
    assert wanted == Preferences(Frequency.WEEKLY, ("one", "two"))


def test_a_wish_too_many_is_said(mailing: Settings, server: MailServer, now: datetime) -> None:
    held = tuple(f"query{number}" for number in range(MAX_INTERESTS))
    add_subscribers(mailing, {ADA: [*held]})
    link = subscribed(mailing, server, now, "one more")
    wanted = confirm(open_store(mailing), link, now)
    assert wanted == Preferences(Frequency.DAILY, held, left_out="one more")


def test_what_cannot_be_changed_to(
    mailing: Settings, server: MailServer, version: Path, now: datetime
) -> None:
    store = open_store(mailing)
    add_subscribers(mailing, {ADA: [""]})
    send_digests(mailing, version, "daily", now)
    edit = secret(server, ADA, "subscribe")
    with pytest.raises(SubscriptionError, match="Choose 1 to"):
        change(store, edit, "daily", [], now)
    with pytest.raises(SubscriptionError, match="Choose 1 to"):
        change(store, edit, "daily", [str(number) for number in range(MAX_INTERESTS + 1)], now)
    with pytest.raises(SubscriptionError, match="no field"):
        change(store, edit, "daily", ["autor:x"], now)
    assert preferences(store, edit, now).queries == ("",)
