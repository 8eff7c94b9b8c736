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
from orchestration.publish.subscriptions import CONFIRMATION, subscriber_of
from orchestration.settings import Settings

LEFT_KEPT: Final = timedelta(days=30)
MESSAGES_KEPT: Final = timedelta(days=180)


class JournalInUseError(RuntimeError):
    """What was erased is still in the database's journal."""

    def __init__(self) -> None:
        super().__init__(
            "erased, but somebody reads the database, so its journal still has it:"
            " do it again when they are done"
        )


def forget(store: Store[Any], email: str) -> bool:
    """Erase everything about an address; whether there was anything.

    Raises:
        SubscriptionError: that is no address.
        JournalInUseError: it is erased, but for a copy in the database's journal.
    """
    address = normal_address(email)
    with store.begin() as session:
        asked = session.execute(delete(Asked).where(Asked.who == address_key(address)))
        subscriber = subscriber_of(session, address)
        if subscriber is not None:
            # Interests, tokens and messages go with it.
            session.execute(delete(Subscriber).where(Subscriber.id == subscriber.id))
        found = subscriber is not None or bool(asked.rowcount)
    if not _empty_journal(store):
        raise JournalInUseError
    return found


def clean_up(settings: Settings, store: Store[Any], now: datetime) -> None:
    """Erase what is not needed any more: old requests, dead links, questions that could not be
    asked in time, addresses that never confirmed and those that left."""
    confirm_by = now - timedelta(hours=settings.confirmation_hours)
    waiting = exists().where(Message.subscriber_id == Subscriber.id, Message.state == State.PENDING)
    erasing = (
        delete(Asked).where(Asked.asked_at < now - LONGEST),
        delete(Token).where(Token.expires_at < now),
        delete(Message).where(Message.changed_at < now - MESSAGES_KEPT),
        delete(Message).where(
            Message.edition.startswith(CONFIRMATION),
            Message.state == State.PENDING,
            Message.changed_at < confirm_by,
        ),
        delete(Subscriber).where(
            Subscriber.standing == Standing.PENDING,
            Subscriber.changed_at < confirm_by,
            ~waiting,
            ~exists().where(Token.subscriber_id == Subscriber.id),
        ),
        delete(Subscriber).where(
            Subscriber.standing.in_([Standing.UNSUBSCRIBED, Standing.SUSPENDED]),
            Subscriber.changed_at < now - LEFT_KEPT,
        ),
    )
    with store.begin() as session:
        erased = sum(session.execute(each).rowcount for each in erasing)
    if erased:
        # If somebody reads just now, the next time does.
        _empty_journal(store)


def _empty_journal(store: Store[Any]) -> bool:
    """SQLite's journal repeats what was written lately; what is erased must leave it, too.

    Whether it did: while somebody reads what is in it, it stays.
    """
    engine = store.kw["bind"]
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.raw_connection()
    try:
        is_busy, *_ = connection.execute("pragma wal_checkpoint(truncate)").fetchone()
    finally:
        connection.close()
    return not is_busy
