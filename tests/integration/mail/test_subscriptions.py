"""Subscribing, confirming, changing, leaving and being forgotten; with both databases."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from html import escape
from pathlib import Path

import pytest
from sqlalchemy import select, text

from orchestration.publish import store as store_module
from orchestration.publish.addresses import SubscriptionError, normal_address
from orchestration.publish.erasing import LEFT_KEPT, JournalInUseError, clean_up, forget
from orchestration.publish.limits import (
    BY_ADDRESS,
    BY_CLIENT,
    SEARCHES_BY_CLIENT,
    TooManyRequestsError,
    client_key,
    count_search,
)
from orchestration.publish.sending import deliver_due, send_digests
from orchestration.publish.store import Asked, Frequency, Subscriber, Token, open_store
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
from tests.integration.mail.conftest import add_subscribers

ADA = "ada@example.org"


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


def test_limits_by_address_and_by_client(
    mailing: Settings, server: MailServer, now: datetime
) -> None:
    store = open_store(mailing)
    an_hour, a_day = (limit.times for limit in BY_ADDRESS)
    for number in range(an_hour + 3):
        # Each time the same silence, and no flood into somebody's mailbox.
        ask(store, ADA, "", "daily", f"client {number}", now)
    deliver_due(mailing, now=now)
    assert len(server.to(ADA)) == an_hour
    for number in range(BY_CLIENT[0].times):
        ask(store, f"reader{number}@example.org", "", "daily", "one client", now)
    with pytest.raises(TooManyRequestsError):
        ask(store, "another@example.org", "", "daily", "one client", now)
    ask(store, "another@example.org", "", "daily", "another client", now)
    later = now + timedelta(minutes=61)
    ask(store, "last@example.org", "", "daily", "one client", later)
    ask(store, ADA, "", "daily", "client", later)
    deliver_due(mailing, now=later)
    assert len(server.to(ADA)) == an_hour + 1
    for hour in range(2, 6):
        ask(store, ADA, "", "daily", "client", now + timedelta(minutes=61 * hour))
    deliver_due(mailing, now=now + timedelta(hours=7))
    assert len(server.to(ADA)) == a_day


def test_who_counts_as_one_client() -> None:
    assert client_key("2001:db8:1:2::1") == client_key("2001:db8:1:2:ffff::9")
    assert client_key("2001:db8:1:2::1") != client_key("2001:db8:1:3::1")
    assert client_key("192.0.2.1") != client_key("192.0.2.2")
    assert client_key("this machine") != client_key("another")


def test_searches_saved_by_a_client(stored: Settings, now: datetime) -> None:
    store = open_store(stored)
    an_hour = SEARCHES_BY_CLIENT[0].times
    for _ in range(an_hour):
        count_search(store, "client", now)
    with pytest.raises(TooManyRequestsError):
        count_search(store, "client", now)
    count_search(store, "another", now)
    # Subscribing is counted by itself.
    ask(store, ADA, "", "daily", "client", now)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "all papers"),
        ('topic:"3D vision & language"', "topic 3D vision & language"),
        ('author:"Ada B. Lovelace"', "author Ada B. Lovelace"),
        ("your account is locked", "a search of your own"),
        ("topic:a topic:b", "a search of your own"),
        ('-"call us"', "a search of your own"),
        ('topic:"pay at evil.example/now"', "a search of your own"),
        ('org:"www.evil.example"', "a search of your own"),
        ('topic:"call 0900123456"', "a search of your own"),
        (f'topic:"{"your account is locked " * 8}"', "a search of your own"),
    ],
)
def test_no_stranger_writes_to_an_address(
    settings: Settings, server: MailServer, now: datetime, query: str, words: str
) -> None:
    mailing = server.settings(settings)
    subscribed(mailing, server, now, query)
    [question] = server.to(ADA)
    assert f"\n    {words}\n" in question.part("plain").replace("\r", "")
    assert f"<strong>{escape(words)}</strong>" in question.part("html")
    for hidden in ("locked", "call", "evil"):
        assert hidden not in question.part("plain") + question.part("html")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@localhost",
        "ada@example.org, eve@example.org",
        "ada@example.org\r\nBcc: eve@example.org",
        "ada @example.org",
        "Ada <ada@example.org>",
        "a..da@example.org",
        ".ada@example.org",
        "ada@-example.org",
        "ada@example..org",
        "ada@127.0.0.1",
        "ada@[127.0.0.1]",
        "ad\u00e0@example.org",
        "ada@exa\u200bmple .org",
        '"ada"@example.org',
        "x" * 65 + "@example.org",
        "ada@" + "x" * 64 + ".org",
        "ada@" + "x." * 130 + "org",
        "' or 1=1 --@example.org",
        "<script>@example.org",
        "ada@example.org\x00",
    ],
)
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(SubscriptionError):
        normal_address(address)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        (" Ada.Lovelace+papers@Example.ORG ", "ada.lovelace+papers@example.org"),
        ("a@b\u00fccher.example", "a@xn--bcher-kva.example"),
        ("o'neil_1@mail.example.co", "o'neil_1@mail.example.co"),
    ],
)
def test_what_is_one(address: str, kept: str) -> None:
    assert normal_address(address) == kept


@pytest.mark.parametrize(
    ("query", "frequency", "words"),
    [
        ("autor:ada", "daily", "there is no field autor:"),
        ('"open', "daily", "quotation mark"),
        ("x" * 501, "daily", "at most 500 characters"),
        ("", "hourly", "daily or weekly"),
        ("", "", "daily or weekly"),
    ],
)
def test_what_cannot_be_asked_for(
    settings: Settings, now: datetime, query: str, frequency: str, words: str
) -> None:
    with pytest.raises(SubscriptionError, match=words):
        ask(open_store(settings), ADA, query, frequency, "client", now)


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
