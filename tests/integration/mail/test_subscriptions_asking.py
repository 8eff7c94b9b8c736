"""What a stranger may ask for: how often, for which addresses, and in which words."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import escape

import pytest

from orchestration.publish.addresses import SubscriptionError, normal_address
from orchestration.publish.limits import (
    BY_ADDRESS,
    BY_CLIENT,
    SEARCHES_BY_CLIENT,
    TooManyRequestsError,
    client_key,
    count_search,
)
from orchestration.publish.sending import deliver_due
from orchestration.publish.store import open_store
from orchestration.publish.subscriptions import ask
from orchestration.settings import Settings
from tests.fakes.smtp import MailServer
from tests.integration.mail.conftest import ADA, subscribed


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
