"""Sending what is due: confirmations, and each edition's digests once to each subscriber.

The functions the asset ``digests``, the command line and the dashboard call. What does not belong
here: what a mail says (``letters.py``), how it is sent exactly once (``outbox.py``).
"""

from __future__ import annotations

import json
import threading
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.exc import IntegrityError

from orchestration.files import write_atomically
from orchestration.publish.digests import LOOK_BACK, DigestWriter, edition_name
from orchestration.publish.doubts import Doubt, counts, doubtful, due
from orchestration.publish.erasing import clean_up
from orchestration.publish.facts import Window
from orchestration.publish.letters import confirmation_letter, digest_letter
from orchestration.publish.links import Links
from orchestration.publish.mail import Mailer, MailNotSetUpError
from orchestration.publish.outbox import (
    Clock,
    Compose,
    DeliveryReport,
    Letter,
    deliver,
)
from orchestration.publish.readings import open_reader
from orchestration.publish.rendering import render
from orchestration.publish.searches import read_searches
from orchestration.publish.store import (
    Frequency,
    Interest,
    Message,
    Standing,
    State,
    Store,
    Subscriber,
    open_store,
)
from orchestration.publish.subscriptions import CONFIRMATION
from orchestration.settings import Settings


@dataclass
class DigestsReport:
    """What became of an edition: messages by state, and every doubtful one. Without addresses."""

    edition: str
    delivery: DeliveryReport
    states: dict[str, int] = field(default_factory=dict)
    doubtful: list[Doubt] = field(default_factory=list)


def send_digests(
    settings: Settings, warehouse_path: Path, frequency: str, now: datetime | None = None
) -> DigestsReport:
    """Send the edition of ``now`` to each subscriber of a frequency who has not got it yet.

    Harmless to repeat. Without a mail server nothing is sent, and the report says so.
    """
    wanted, clock = Frequency(frequency), _clock(now)
    instant = clock()
    edition = edition_name(wanted, instant)
    store = open_store(settings)
    clean_up(settings, store, instant)
    try:
        mailer = Mailer(settings)
    except MailNotSetUpError as error:
        return DigestsReport(edition, DeliveryReport(problem=str(error)))
    with _writer(settings, warehouse_path, wanted, instant.date()) as writer, mailer:
        _enqueue(store, writer, wanted, edition, instant)
        compose = _digest_composer(settings, store, writer, clock)
        delivery = deliver(store, mailer, compose, edition, clock)
    return DigestsReport(edition, delivery, counts(store, edition), doubtful(store))


def deliver_due(
    settings: Settings, warehouse_path: Path | None = None, now: datetime | None = None
) -> DeliveryReport:
    """Send the confirmations that wait, and with a warehouse the digests to be tried again."""
    store, clock = open_store(settings), _clock(now)
    clean_up(settings, store, clock())
    try:
        mailer = Mailer(settings)
    except MailNotSetUpError as error:
        return DeliveryReport(problem=str(error))
    with mailer:
        compose = _confirmation_composer(settings, clock)
        report = deliver(store, mailer, compose, f"{CONFIRMATION}%", clock)
        if warehouse_path is None:
            return report
        for frequency in Frequency:
            editions = f"{frequency}:%"
            if not due(store, clock(), editions):
                continue
            with _writer(settings, warehouse_path, frequency, clock().date()) as writer:
                compose = _digest_composer(settings, store, writer, clock)
                report += deliver(store, mailer, compose, editions, clock)
    return report


def deliver_soon(settings: Settings) -> threading.Thread:
    """Send waiting confirmations in the background.

    So an answer takes the same time whether a mail is sent or not.
    """
    thread = threading.Thread(target=deliver_due, args=(settings,), daemon=True, name="mail")
    thread.start()
    return thread


def preview(
    settings: Settings, warehouse_path: Path, queries: list[str], frequency: str, now: datetime
) -> tuple[str, str] | None:
    """The first digest somebody with these queries would get, as HTML and text; None if empty."""
    wanted = Frequency(frequency)
    with _writer(settings, warehouse_path, wanted, now.date()) as writer:
        digest = writer.digest(queries, writer.window(None))
    if digest is None:
        return None
    here = Links(settings.public_url).change()
    values = {"digest": digest, "leave": here, "change": here}
    return render("digest.html", **values), render("digest.txt", **values)


def preview_digests(
    settings: Settings, warehouse_path: Path, frequency: str, now: datetime | None = None
) -> list[Path]:
    """Write the next digests as files, one a saved search and one of all papers; send nothing.

    Returns:
        The files written, an HTML and a text file a digest. Of an edition only these stay.
    """
    instant = now or datetime.now(UTC)
    folder = settings.digests / edition_name(Frequency(frequency), instant).replace(":", "-")
    saved, _ = read_searches(settings.searches)
    queries = {"all-papers": ""} | {file.slug: file.search.query for file in saved}
    written = []
    for slug, query in queries.items():
        shown = preview(settings, warehouse_path, [query], frequency, instant)
        for suffix, content in zip(("html", "txt"), shown or (), strict=False):
            path = folder / f"{slug}.{suffix}"
            write_atomically(path, content.encode())
            written.append(path)
    for path in set(folder.glob("*.*")) - set(written):
        path.unlink()
    return written


def _clock(now: datetime | None) -> Clock:
    """A clock that shows ``now`` at this moment and goes on from there."""
    ahead = now - datetime.now(UTC) if now else timedelta(0)
    return lambda: datetime.now(UTC) + ahead


@contextmanager
def _writer(
    settings: Settings, warehouse_path: Path, frequency: Frequency, day: date
) -> Iterator[DigestWriter]:
    # Papers seen for the first time are news only when listed lately: the rest is not read.
    with open_reader(warehouse_path, day - 2 * LOOK_BACK) as reader:
        yield DigestWriter(reader, Links(settings.public_url), frequency, day)


def _enqueue(
    store: Store[Any], writer: DigestWriter, frequency: Frequency, edition: str, now: datetime
) -> None:
    """Put one message a subscriber into the outbox, but for those who have one of this edition."""
    has_one = exists().where(Message.subscriber_id == Subscriber.id, Message.edition == edition)
    without = select(Subscriber).where(
        Subscriber.standing == Standing.ACTIVE, Subscriber.frequency == frequency, ~has_one
    )
    try:
        with store.begin() as session:
            # What an earlier edition could not deliver is part of this one.
            session.execute(
                update(Message)
                .where(
                    Message.state == State.PENDING,
                    Message.edition.like(f"{frequency}:%"),
                    Message.edition != edition,
                )
                .values(state=State.SUPERSEDED, changed_at=now)
            )
            for subscriber in session.scalars(without):
                window = writer.window(subscriber.covered_us)
                session.add(
                    Message(
                        subscriber_id=subscriber.id,
                        edition=edition,
                        payload=json.dumps(asdict(window), default=str),
                        message_id=uuid.uuid4().hex,
                        due_at=now,
                        changed_at=now,
                    )
                )
    except IntegrityError:
        # Another run enqueued the same edition at the same moment; its messages do.
        return


def _digest_composer(
    settings: Settings, store: Store[Any], writer: DigestWriter, clock: Clock
) -> Compose:
    queries: dict[int, list[str]] = defaultdict(list)
    with store.begin() as session:
        rows = select(Interest.subscriber_id, Interest.query).order_by(Interest.id)
        for subscriber_id, query in session.execute(rows):
            queries[subscriber_id].append(query)

    def compose(message: Message, subscriber: Subscriber) -> Letter:
        payload = json.loads(message.payload)
        listed_from = date.fromisoformat(payload.pop("listed_from"))
        window = Window(**payload, listed_from=listed_from)
        if subscriber.standing != Standing.ACTIVE:
            return Letter(None)
        digest = writer.digest(queries[subscriber.id], window)
        if digest is None:
            # Nothing matched up to here; what comes later is news, however old it is by then.
            return Letter(None, covered_us=window.through_us or None)
        return digest_letter(settings, message, subscriber, digest, window.through_us, clock())

    return compose


def _confirmation_composer(settings: Settings, clock: Clock) -> Compose:
    def compose(message: Message, subscriber: Subscriber) -> Letter:
        return confirmation_letter(settings, message, subscriber, clock())

    return compose
