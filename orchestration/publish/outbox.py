"""Sending each mail exactly once, also when killed at any moment.

A message is marked ``sending`` after the server agreed to take it and before its content is handed
over. Whoever is killed in between leaves a message whose fate nobody knows: when its lease has run
out it becomes ``uncertain``, is listed, and is never sent again. The subscriber's next edition
repeats its papers, since twice is better than never. What does not belong here: what a message says
(``letters.py``) and SMTP (``mail.py``).
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Self

from sqlalchemy import select

from orchestration.publish.mail import (
    Mailer,
    OutcomeUnknownError,
    RefusedError,
    UnreachableError,
)
from orchestration.publish.store import Message, State, Store, Subscriber, Token
from orchestration.publish.tries import give_up_lost, mark, refuse, settle

BATCH: Final = 200

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Letter:
    """A message ready to be sent, or without content when there is nothing to say.

    ``tokens`` are kept when it is handed over; ``covered_us`` is how far the subscriber's digests
    go once it was, or when there was nothing to say.
    """

    content: bytes | None
    tokens: tuple[Token, ...] = ()
    covered_us: int | None = None


Clock = Callable[[], datetime]
"""Gives the present instant in UTC."""

Compose = Callable[[Message, Subscriber], Letter]
"""Writes a message's letter."""


@dataclass
class DeliveryReport:
    """What became of the messages that were due. Without addresses."""

    sent: int = 0
    empty: int = 0
    deferred: int = 0
    failed: int = 0
    uncertain: int = 0
    problem: str | None = None
    replies: Counter[int] = field(default_factory=Counter)

    def __add__(self, other: Self) -> DeliveryReport:
        """Both together."""
        return DeliveryReport(
            self.sent + other.sent,
            self.empty + other.empty,
            self.deferred + other.deferred,
            self.failed + other.failed,
            self.uncertain + other.uncertain,
            self.problem or other.problem,
            self.replies + other.replies,
        )


def deliver(
    store: Store[Any],
    mailer: Mailer,
    compose: Compose,
    editions: str = "%",
    now: Clock = lambda: datetime.now(UTC),
) -> DeliveryReport:
    """Send every due message whose edition is like ``editions`` (SQL's ``like``).

    Two senders at once share the work: a message is handed over by the one that marks it.
    """
    report = DeliveryReport(uncertain=give_up_lost(store, now()))
    for message, subscriber in _due(store, editions, now):
        try:
            _deliver_one(store, mailer, compose, message, subscriber, now, report)
        except UnreachableError as error:
            # No mail is to blame; all wait for the next time.
            report.problem = str(error)
            logger.warning("%s", error)
            break
    return report


def _deliver_one(
    store: Store[Any],
    mailer: Mailer,
    compose: Compose,
    message: Message,
    subscriber: Subscriber,
    now: Clock,
    report: DeliveryReport,
) -> None:
    try:
        letter = compose(message, subscriber)
    except Exception as error:
        # Whatever is wrong with one, the others get theirs. Its kind only is told: an error's text
        # may repeat what somebody typed.
        words = f"a letter could not be written: {type(error).__name__}"
        logger.error("%s", words)  # noqa: TRY400
        report.problem = words
        reply = (0, words)
        report.failed += settle(store, message, State.PENDING, State.FAILED, now(), reply)
        return
    covered_us = letter.covered_us
    if letter.content is None:
        state = State.EMPTY
        report.empty += settle(store, message, State.PENDING, state, now(), covered_us=covered_us)
        return
    state = State.PENDING
    try:
        mailer.offer(subscriber.email)
        if not mark(store, message, letter.tokens, now()):
            mailer.withdraw()
            return
        state = State.SENDING
        reply = mailer.hand_over(letter.content)
        report.sent += settle(store, message, state, State.SENT, now(), reply, covered_us)
    except RefusedError as refusal:
        became = refuse(store, message, state, refusal, now())
        report.failed += became == State.FAILED
        report.deferred += became == State.PENDING
        if became is not None:
            report.replies[refusal.code] += 1
    except OutcomeUnknownError as error:
        reply = (0, str(error))
        report.uncertain += settle(store, message, state, State.UNCERTAIN, now(), reply)


def _due(store: Store[Any], editions: str, now: Clock) -> Iterator[tuple[Message, Subscriber]]:
    last = 0
    while True:
        rows = (
            select(Message, Subscriber)
            .join(Subscriber, Subscriber.id == Message.subscriber_id)
            .where(
                Message.state == State.PENDING,
                Message.due_at <= now(),
                Message.edition.like(editions),
                Message.id > last,
            )
            .order_by(Message.id)
            .limit(BATCH)
        )
        with store.begin() as session:
            batch = session.execute(rows).all()
        if not batch:
            return
        last = batch[-1][0].id
        yield from batch
