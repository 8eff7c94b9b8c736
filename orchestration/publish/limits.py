"""How often an address may be asked for, and a client may ask.

What does not belong here: what is asked for.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from orchestration.publish.addresses import SubscriptionError
from orchestration.publish.store import Asked, Store

OWN_NETWORK: Final = 64
"""Bits of an IPv6 address that are its owner's network: the rest they choose at will."""


class TooManyRequestsError(SubscriptionError):
    """This client asked too often."""


@dataclass(frozen=True)
class Limit:
    """So many times within a time."""

    times: int
    within: timedelta


BY_ADDRESS: Final = (Limit(3, timedelta(hours=1)), Limit(5, timedelta(days=1)))
BY_CLIENT: Final = (Limit(20, timedelta(hours=1)),)
SEARCHES_BY_CLIENT: Final = (Limit(10, timedelta(hours=1)), Limit(30, timedelta(days=1)))
LONGEST: Final = timedelta(days=1)
"""Requests are kept so long."""


def client_key(client: str) -> str:
    """What requests of a client, e.g. an IP address, are counted under."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return _hash(f"client:{client}")
    if isinstance(address, ipaddress.IPv6Address):
        client = str(ipaddress.ip_network((address, OWN_NETWORK), strict=False))
    return _hash(f"client:{client}")


def asked_too_often(session: Session, key: str, limits: tuple[Limit, ...], now: datetime) -> bool:
    """Whether ``key`` has asked as often as it may; if not, count this time."""
    for limit in limits:
        asked = session.scalar(
            select(func.count())
            .select_from(Asked)
            .where(Asked.who == key, Asked.asked_at > now - limit.within)
        )
        if (asked or 0) >= limit.times:
            return True
    session.add(Asked(who=key, asked_at=now))
    return False


def count_search(store: Store[Any], client: str, now: datetime) -> None:
    """Count a search that a client saves.

    Raises:
        TooManyRequestsError: the client saved too many.
    """
    with store.begin() as session:
        key = _hash(f"search:{client_key(client)}")
        if asked_too_often(session, key, SEARCHES_BY_CLIENT, now):
            raise TooManyRequestsError("Too many searches saved from here; try again tomorrow.")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
