"""Who gets what how often: asking, confirming, changing, leaving, being forgotten.

Nothing is sent to an address before its owner opened the link mailed to it, and no answer tells
whether an address is known. What does not belong here: sending (``outbox.py``), the words of the
mails (``letters.py``), pages.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from orchestration.publish.addresses import SubscriptionError, address_key, normal_address
from orchestration.publish.limits import (
    BY_ADDRESS,
    BY_CLIENT,
    TooManyRequestsError,
    asked_too_often,
    client_key,
)
from orchestration.publish.query import parse_query
from orchestration.publish.store import (
    Frequency,
    Interest,
    Message,
    Purpose,
    Standing,
    State,
    Store,
    Subscriber,
)
from orchestration.publish.tokens import find_token

MAX_INTERESTS: Final = 10

CONFIRMATION: Final = "confirm:"
"""How the editions of confirmation mails begin."""


@dataclass(frozen=True)
class Preferences:
    """What a subscriber gets: queries, and how often.

    ``left_out`` is a query that was one too many.
    """

    frequency: Frequency
    queries: tuple[str, ...]
    left_out: str | None = None


def ask(
    store: Store[Any], email: str, query: str, frequency: str, client: str, now: datetime
) -> None:
    """Note that somebody wants ``email`` to get news of ``query``; a confirmation will be mailed.

    An address that is asked for too often gets no further mail, and the same answer.

    Args:
        client: who asks, e.g. an IP address.

    Raises:
        SubscriptionError: what was filled in can't be used.
        TooManyRequestsError: the client asked too often.
    """
    address = normal_address(email)
    wanted = {"query": _query(query), "frequency": _frequency(frequency)}
    with store.begin() as session:
        if asked_too_often(session, client_key(client), BY_CLIENT, now):
            raise TooManyRequestsError("Too many requests from here; try again in an hour.")
    try:
        _enqueue_confirmation(store, address, wanted, now)
    except IntegrityError:
        # Somebody else asked for the same new address at the same moment; now it is known.
        _enqueue_confirmation(store, address, wanted, now)


def _enqueue_confirmation(
    store: Store[Any], address: str, wanted: dict[str, str], now: datetime
) -> None:
    with store.begin() as session:
        if asked_too_often(session, address_key(address), BY_ADDRESS, now):
            return
        subscriber = subscriber_of(session, address)
        if subscriber is None:
            subscriber = Subscriber(email=address, frequency=wanted["frequency"], changed_at=now)
            session.add(subscriber)
            session.flush()
        session.add(
            Message(
                subscriber_id=subscriber.id,
                edition=f"{CONFIRMATION}{uuid.uuid4()}",
                payload=json.dumps(wanted),
                message_id=uuid.uuid4().hex,
                due_at=now,
                changed_at=now,
            )
        )


def confirm(store: Store[Any], secret: str, now: datetime) -> Preferences:
    """Start or add what a confirmation link was made for.

    Raises:
        LinkError: the link can't be used.
    """
    with store.begin() as session:
        token = find_token(session, secret, Purpose.CONFIRM, now)
        token.used_at = now
        subscriber = session.get_one(Subscriber, token.subscriber_id)
        wanted = json.loads(token.payload or "{}")
        if subscriber.standing != Standing.ACTIVE:
            session.execute(delete(Interest).where(Interest.subscriber_id == subscriber.id))
            subscriber.covered_us = None
        subscriber.standing = Standing.ACTIVE
        subscriber.frequency = wanted["frequency"]
        subscriber.changed_at = now
        queries = _queries(session, subscriber.id)
        query = wanted["query"]
        if query not in queries and len(queries) >= MAX_INTERESTS:
            return Preferences(Frequency(subscriber.frequency), queries, left_out=query)
        if query not in queries:
            session.add(Interest(subscriber_id=subscriber.id, query=query))
        return _preferences(session, subscriber)


def preferences(store: Store[Any], secret: str, now: datetime) -> Preferences:
    """What the owner of a change link gets now.

    Raises:
        LinkError: the link can't be used.
    """
    with store.begin() as session:
        return _preferences(session, _changing(session, secret, now))


def change(
    store: Store[Any], secret: str, frequency: str, queries: Sequence[str], now: datetime
) -> Preferences:
    """Replace what the owner of a change link gets.

    Raises:
        LinkError: the link can't be used.
        SubscriptionError: what was filled in can't be used.
    """
    wanted = list(dict.fromkeys(_query(query) for query in queries))
    if not 1 <= len(wanted) <= MAX_INTERESTS:
        raise SubscriptionError(f"Choose 1 to {MAX_INTERESTS} things, or unsubscribe.")
    with store.begin() as session:
        subscriber = _changing(session, secret, now)
        # Who changes a subscription that ended wants it again: the link came by mail.
        subscriber.standing = Standing.ACTIVE
        subscriber.frequency = _frequency(frequency)
        subscriber.changed_at = now
        session.execute(delete(Interest).where(Interest.subscriber_id == subscriber.id))
        session.add_all(Interest(subscriber_id=subscriber.id, query=query) for query in wanted)
        return _preferences(session, subscriber)


def unsubscribe(store: Store[Any], secret: str, now: datetime) -> None:
    """End all mail to the owner of an unsubscribe link; repeating it changes nothing.

    Raises:
        LinkError: the link can't be used.
    """
    with store.begin() as session:
        token = find_token(session, secret, Purpose.UNSUBSCRIBE, now)
        subscriber = session.get_one(Subscriber, token.subscriber_id)
        subscriber.standing = Standing.UNSUBSCRIBED
        subscriber.changed_at = now
        session.execute(delete(Interest).where(Interest.subscriber_id == subscriber.id))
        session.execute(
            delete(Message).where(
                Message.subscriber_id == subscriber.id, Message.state == State.PENDING
            )
        )


def check_unsubscribe(store: Store[Any], secret: str, now: datetime) -> None:
    """Whether an unsubscribe link can be used, without using it.

    Raises:
        LinkError: it can't.
    """
    with store.begin() as session:
        find_token(session, secret, Purpose.UNSUBSCRIBE, now)


def check_confirm(store: Store[Any], secret: str, now: datetime) -> str:
    """The query a confirmation link would start, without using it.

    Raises:
        LinkError: the link can't be used.
    """
    with store.begin() as session:
        token = find_token(session, secret, Purpose.CONFIRM, now)
        return str(json.loads(token.payload or "{}")["query"])


def _query(text: str) -> str:
    try:
        return parse_query(text).text
    except ValueError as error:
        raise SubscriptionError(f"The search can't be used: {error}") from None


def _frequency(text: str) -> str:
    try:
        return Frequency(text).value
    except ValueError:
        raise SubscriptionError("Choose daily or weekly.") from None


def subscriber_of(session: Session, address: str) -> Subscriber | None:
    """The subscriber with a normal address, in any standing."""
    return session.scalar(select(Subscriber).where(Subscriber.email == address))


def _changing(session: Session, secret: str, now: datetime) -> Subscriber:
    token = find_token(session, secret, Purpose.CHANGE, now)
    return session.get_one(Subscriber, token.subscriber_id)


def _queries(session: Session, subscriber_id: int) -> tuple[str, ...]:
    rows = select(Interest.query).where(Interest.subscriber_id == subscriber_id)
    return tuple(session.scalars(rows.order_by(Interest.id)))


def _preferences(session: Session, subscriber: Subscriber) -> Preferences:
    session.flush()
    return Preferences(Frequency(subscriber.frequency), _queries(session, subscriber.id))
