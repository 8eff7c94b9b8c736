"""What is known of the outbox: how many messages stand where, and which are in doubt.

What does not belong here: changing anything; addresses (a subscriber is a number here).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from orchestration.publish.store import Message, State, Store


@dataclass(frozen=True)
class Doubt:
    """A message nobody knows the fate of; its subscriber by number, never by address."""

    subscriber_id: int
    edition: str
    since: datetime


def doubtful(store: Store[Any]) -> list[Doubt]:
    """Every message that may or may not have arrived, newest first."""
    rows = select(Message).where(Message.state == State.UNCERTAIN)
    rows = rows.order_by(Message.changed_at.desc(), Message.id.desc())
    with store.begin() as session:
        return [
            Doubt(message.subscriber_id, message.edition, message.changed_at)
            for message in session.scalars(rows)
        ]


def due(store: Store[Any], now: datetime, editions: str = "%") -> int:
    """How many messages wait for nothing but a sender, of the editions alike."""
    rows = select(func.count()).where(
        Message.state == State.PENDING, Message.due_at <= now, Message.edition.like(editions)
    )
    with store.begin() as session:
        return session.scalar(rows) or 0


def counts(store: Store[Any], editions: str = "%") -> dict[str, int]:
    """Messages by state, of the editions alike."""
    rows = (
        select(Message.state, func.count())
        .where(Message.edition.like(editions))
        .group_by(Message.state)
    )
    with store.begin() as session:
        return dict(session.execute(rows).all())
