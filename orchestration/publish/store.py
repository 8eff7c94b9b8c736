"""The tables of subscriptions and outgoing mail, in SQLite or PostgreSQL.

This database is the only place that holds addresses; nothing of it is logged, published or
exported. What does not belong here: what subscribing means (``subscriptions.py``) and how mail is
sent (``outbox.py``).
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    Index,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

from orchestration.settings import Settings

LOCK_SECONDS = 30
"""How long a writer waits for another; SQLite has one at a time."""


class Frequency(StrEnum):
    """How often a subscriber wants a digest."""

    DAILY = "daily"
    WEEKLY = "weekly"


class Standing(StrEnum):
    """Where a subscriber stands; only the active get digests.

    ``suspended`` is an address whose server refused several mails for good; its owner, if any, can
    confirm again.
    """

    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    UNSUBSCRIBED = "unsubscribed"


class Purpose(StrEnum):
    """What a token is for; one made for one purpose is refused for another."""

    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"
    CHANGE = "change"


class State(StrEnum):
    """Where a message stands.

    ``pending`` waits until it is due; ``sending`` was handed to the mail server or is being so;
    ``uncertain`` was, and nobody knows whether it was taken, so it is never sent again.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    EMPTY = "empty"
    SUPERSEDED = "superseded"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


class Instant(TypeDecorator[datetime]):
    """An instant in UTC; SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Store in UTC."""
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read as UTC."""
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Base(DeclarativeBase):
    """All tables here."""


class Subscriber(Base):
    """One address. ``covered_us`` is how far its digests went (microseconds since 1970)."""

    __tablename__ = "subscribers"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    standing: Mapped[str] = mapped_column(String(16), default=Standing.PENDING)
    frequency: Mapped[str] = mapped_column(String(16))
    covered_us: Mapped[int | None] = mapped_column(BigInteger)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class Interest(Base):
    """A query a subscriber wants news of; an empty one is everything."""

    __tablename__ = "interests"
    __table_args__ = (UniqueConstraint("subscriber_id", "query"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id", ondelete="CASCADE"))
    query: Mapped[str] = mapped_column(String(500))


class Token(Base):
    """A link's secret, of which only the hash is kept. ``payload`` is JSON."""

    __tablename__ = "tokens"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(
        ForeignKey("subscribers.id", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[str] = mapped_column(String(16))
    payload: Mapped[str | None] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class Message(Base):
    """One mail to one subscriber; ``edition`` makes it the only one of its kind."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "edition"),
        Index("outbox_due", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id", ondelete="CASCADE"))
    edition: Mapped[str] = mapped_column(String(64))
    payload: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(String(128))
    state: Mapped[str] = mapped_column(String(16), default=State.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(Instant)
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    reply_code: Mapped[int | None]
    reply: Mapped[str | None] = mapped_column(String(500))
    changed_at: Mapped[datetime] = mapped_column(Instant)


class Asked(Base):
    """A request that counts against a limit; ``who`` is a hash of an address or a client."""

    __tablename__ = "asked"
    __table_args__ = (Index("asked_by_whom", "who", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(Instant)


Store = sessionmaker
"""Makes sessions: ``with store.begin() as session``."""


def open_store(settings: Settings) -> Store[Any]:
    """The subscriptions' database; its tables are created when they are not there."""
    return _open(settings.subscriptions_database)


@lru_cache(maxsize=8)
def _open(address: str) -> Store[Any]:
    url = make_url(address)
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite" and url.database:
        _keep_private(Path(url.database))
    # Parameters are addresses and hashes: an error's text must not carry them into a log.
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=True)
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(
            engine, "begin", lambda connection: connection.exec_driver_sql("begin immediate")
        )
    _create_tables(engine)
    return sessionmaker(engine, expire_on_commit=False)


def _keep_private(database: Path) -> None:
    """Let nobody else read the file; SQLite gives its journal the mode the file has by then."""
    database.parent.mkdir(parents=True, exist_ok=True)
    database.touch(0o600)
    for suffix in ("", "-wal", "-shm"):
        file = database.with_name(database.name + suffix)
        if file.exists():
            file.chmod(0o600)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transactions begin late, as readers; two such writers could not both go on.
    connection.isolation_level = None
    connection.execute(f"pragma busy_timeout = {LOCK_SECONDS * 1000}")
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma foreign_keys = on")
    # Deleted addresses are overwritten, not just unlinked.
    connection.execute("pragma secure_delete = on")


def _create_tables(engine: Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # Two processes starting at once would both try to create them.
            connection.exec_driver_sql("select pg_advisory_xact_lock(7461907)")
        Base.metadata.create_all(connection)
