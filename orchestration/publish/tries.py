"""What is written down of each try to send a message, and when it is tried again.

Each change names the state it starts from, so that of two senders one makes it. What does not
belong here: the order of these steps (``outbox.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from orchestration.publish.mail import RefusedError, Reply, is_final
from orchestration.publish.store import Message, Standing, State, Store, Subscriber, Token

LEASE: Final = timedelta(minutes=10)
"""Longer than a server may take to answer a mail; then its sender is taken for dead."""

RETRY_AFTER: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
"""Waiting times after the answers "not now"; after the last the mail is given up."""

REFUSALS_IN_A_ROW: Final = 3
"""After so many mails that a server refused for good, its address gets no more."""


def mark(store: Store[Any], message: Message, tokens: Sequence[Token], now: datetime) -> bool:
    """Write down that the message is handed over; whether no other sender did."""
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
            session.add_all(tokens)
    return marked


def settle(
    store: Store[Any],
    message: Message,
    expected: State,
    state: State,
    now: datetime,
    reply: Reply | None = None,
    covered_us: int | None = None,
) -> bool:
    """Note how a message ended; whether it was still as expected.

    Args:
        covered_us: how far the subscriber's digests go now.
    """
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


def refuse(
    store: Store[Any], message: Message, expected: State, refusal: RefusedError, now: datetime
) -> State | None:
    """Note a refusal; what the message became, None when it has become another sender's."""
    attempts = message.attempts + 1
    is_last = refusal.is_final or attempts > len(RETRY_AFTER)
    state = State.FAILED if is_last else State.PENDING
    with store.begin() as session:
        noted = _move(
            session,
            message,
            expected,
            state,
            now,
            attempts=attempts,
            due_at=now if is_last else now + RETRY_AFTER[attempts - 1],
            reply_code=refusal.code,
            reply=refusal.reply,
        )
        if noted and refusal.is_final:
            _suspend_if_dead(session, message, now)
    return state if noted else None


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


def give_up_lost(store: Store[Any], now: datetime) -> int:
    """Note that nobody knows what became of messages whose senders died; how many."""
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
