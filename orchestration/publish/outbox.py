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
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from orchestration.publish.mail import (
    Mailer,
    OutcomeUnknownError,
    RefusedError,
    Reply,
    UnreachableError,
    is_final,
)
from orchestration.publish.store import Message, Standing, State, Store, Subscriber, Token

LEASE: Final = timedelta(minutes=10)
"""Longer than a server may take to answer a mail; then its sender is taken for dead."""

RETRY_AFTER: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
"""Waiting times after the answers "not now"; after the last the mail is given up."""

REFUSALS_IN_A_ROW: Final = 3
"""After so many mails that a server refused for good, its address gets no more."""

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
    report = DeliveryReport(uncertain=_give_up_lost(store, now()))
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
        report.failed += _settle(store, message, State.PENDING, State.FAILED, now(), reply)
        return
    covered_us = letter.covered_us
    if letter.content is None:
        state = State.EMPTY
        report.empty += _settle(store, message, State.PENDING, state, now(), covered_us=covered_us)
        return
    state = State.PENDING
    try:
        mailer.offer(subscriber.email)
        if not _mark(store, message, letter, now()):
            mailer.withdraw()
            return
        state = State.SENDING
        reply = mailer.hand_over(letter.content)
        report.sent += _settle(store, message, state, State.SENT, now(), reply, covered_us)
    except RefusedError as refusal:
        _refuse(store, message, state, refusal, now(), report)
    except OutcomeUnknownError as error:
        reply = (0, str(error))
        report.uncertain += _settle(store, message, state, State.UNCERTAIN, now(), reply)


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


def _mark(store: Store[Any], message: Message, letter: Letter, now: datetime) -> bool:
    """Write down that the letter is handed over; whether no other sender did."""
    with store.begin() as session:
        marked = _move(
            session,
            message,
            State.PENDING,
            State.SENDING,
            now,
            attempts=message.attempts + 1,
            leased_until=now + LEASE,
        )
        if marked:
            session.add_all(letter.tokens)
    return marked


def _settle(
    store: Store[Any],
    message: Message,
    expected: State,
    state: State,
    now: datetime,
    reply: Reply | None = None,
    covered_us: int | None = None,
) -> bool:
    code, text = reply or (None, None)
    with store.begin() as session:
        moved = _move(session, message, expected, state, now, reply_code=code, reply=text)
        if moved and covered_us is not None:
            session.execute(
                update(Subscriber)
                .where(
                    Subscriber.id == message.subscriber_id,
                    # Never backwards, also when readers were pointed at an earlier version.
                    func.coalesce(Subscriber.covered_us, -1) < covered_us,
                )
                .values(covered_us=covered_us)
            )
    return moved


def _refuse(
    store: Store[Any],
    message: Message,
    expected: State,
    refusal: RefusedError,
    now: datetime,
    report: DeliveryReport,
) -> None:
    """Note a refusal, unless the message has become another sender's."""
    attempts = message.attempts + 1
    is_last = refusal.is_final or attempts > len(RETRY_AFTER)
    with store.begin() as session:
        noted = _move(
            session,
            message,
            expected,
            State.FAILED if is_last else State.PENDING,
            now,
            attempts=attempts,
            due_at=now if is_last else now + RETRY_AFTER[attempts - 1],
            reply_code=refusal.code,
            reply=refusal.reply,
        )
        if noted and refusal.is_final:
            _suspend_if_dead(session, message, now)
    if noted:
        report.replies[refusal.code] += 1
        report.failed += is_last
        report.deferred += not is_last


def _suspend_if_dead(session: Session, message: Message, now: datetime) -> None:
    answered = (
        select(Message.reply_code)
        .where(Message.subscriber_id == message.subscriber_id, Message.reply_code > 0)
        .order_by(Message.id.desc())
        .limit(REFUSALS_IN_A_ROW)
    )
    codes = session.scalars(answered).all()
    if len(codes) == REFUSALS_IN_A_ROW and all(is_final(code or 0) for code in codes):
        session.execute(
            update(Subscriber)
            .where(Subscriber.id == message.subscriber_id, Subscriber.standing == Standing.ACTIVE)
            .values(standing=Standing.SUSPENDED, changed_at=now)
        )


def _give_up_lost(store: Store[Any], now: datetime) -> int:
    with store.begin() as session:
        result = session.execute(
            update(Message)
            .where(Message.state == State.SENDING, Message.leased_until < now)
            .values(state=State.UNCERTAIN, changed_at=now, reply="the sender was killed")
        )
        assert isinstance(result, CursorResult)
        return int(result.rowcount)


def _move(
    session: Session,
    message: Message,
    expected: State,
    state: State,
    now: datetime,
    **values: object,
) -> bool:
    result = session.execute(
        update(Message)
        .where(Message.id == message.id, Message.state == expected)
        .values(state=state, changed_at=now, **values)
    )
    assert isinstance(result, CursorResult)
    return int(result.rowcount) == 1
