"""Erasing addresses: one on request, and those not needed any more by themselves.

What does not belong here: any other change of a subscription.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, exists

from orchestration.publish.addresses import address_key, normal_address
from orchestration.publish.limits import LONGEST
from orchestration.publish.store import (
    Asked,
    Message,
    Standing,
    State,
    Store,
    Subscriber,
    Token,
)
from orchestration.publish.subscriptions import subscriber_of
from orchestration.settings import Settings

LEFT_KEPT: Final = timedelta(days=30)
MESSAGES_KEPT: Final = timedelta(days=180)


def forget(store: Store[Any], email: str) -> bool:
    """Erase everything about an address; whether there was anything.

    Raises:
        SubscriptionError: that is no address.
    """
    address = normal_address(email)
    with store.begin() as session:
        asked = session.execute(delete(Asked).where(Asked.who == address_key(address)))
        subscriber = subscriber_of(session, address)
        if subscriber is not None:
            # Interests, tokens and messages go with it.
            session.execute(delete(Subscriber).where(Subscriber.id == subscriber.id))
        found = subscriber is not None or bool(asked.rowcount)
    _empty_journal(store)
    return found


def clean_up(settings: Settings, store: Store[Any], now: datetime) -> None:
    """Erase what is not needed any more: old requests, dead links, addresses that never confirmed
    and those that left."""
    confirm_by = now - timedelta(hours=settings.confirmation_hours)
    waiting = exists().where(Message.subscriber_id == Subscriber.id, Message.state == State.PENDING)
    with store.begin() as session:
        session.execute(delete(Asked).where(Asked.asked_at < now - LONGEST))
        session.execute(delete(Token).where(Token.expires_at < now))
        session.execute(delete(Message).where(Message.changed_at < now - MESSAGES_KEPT))
        session.execute(
            delete(Subscriber).where(
                Subscriber.standing == Standing.PENDING,
                Subscriber.changed_at < confirm_by,
                ~waiting,
                ~exists().where(Token.subscriber_id == Subscriber.id),
            )
        )
        session.execute(
            delete(Subscriber).where(
                Subscriber.standing.in_([Standing.UNSUBSCRIBED, Standing.SUSPENDED]),
                Subscriber.changed_at < now - LEFT_KEPT,
            )
        )


def _empty_journal(store: Store[Any]) -> None:
    """SQLite's journal repeats what was written lately; what is erased must leave it, too."""
    engine = store.kw["bind"]
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()
        try:
            connection.execute("pragma wal_checkpoint(truncate)")
        finally:
            connection.close()
