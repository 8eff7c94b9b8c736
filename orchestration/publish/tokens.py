"""Secrets in links: random, kept as hashes, for one purpose, for a time.

What does not belong here: what a link does.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from orchestration.publish.store import Purpose, Token


class LinkError(LookupError):
    """The link can't be used: unknown, expired, used already, or made for something else."""

    def __init__(self) -> None:
        # One answer for all reasons, so that guessing tells nothing.
        super().__init__("This link is not valid any more. Ask for a new one on the dashboard.")


def new_token(
    subscriber_id: int,
    purpose: Purpose,
    expires_at: datetime,
    payload: Mapping[str, Any] | None = None,
) -> tuple[str, Token]:
    """A secret for a link and the row to keep; the secret itself is kept nowhere."""
    secret = secrets.token_urlsafe(32)
    row = Token(
        token_hash=_hash(secret),
        subscriber_id=subscriber_id,
        purpose=purpose,
        payload=json.dumps(payload) if payload is not None else None,
        expires_at=expires_at,
    )
    return secret, row


def find_token(session: Session, secret: str, purpose: Purpose, now: datetime) -> Token:
    """The row of a link's secret.

    Raises:
        LinkError: there is none that can be used for this purpose now.
    """
    row = session.get(Token, _hash(secret), with_for_update=True)
    if row is None or row.purpose != purpose or row.expires_at <= now or row.used_at is not None:
        raise LinkError
    return row


def _hash(secret: str) -> str:
    # The secret has 256 random bits: a plain hash can't be reversed by guessing.
    return hashlib.sha256(secret.encode()).hexdigest()
