"""What is known of feeds and their entries from earlier: when each last moved.

Kept as one JSON file beside the feeds. What does not belong here: what a feed contains.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from orchestration.files import write_atomically

FORGET_AFTER: Final = timedelta(days=400)
"""An entry that no feed held for so long counts as new when it comes back."""


def fingerprint(*parts: object) -> str:
    """A short checksum of the parts' text."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:24]


@dataclass
class Known:
    """An entry or a feed: the checksum of what matters in it, and instants in UTC."""

    fingerprint: str
    updated: datetime
    published: datetime
    seen: datetime
    content: str | None = None


class FeedState:
    """When entries and feeds last moved; ``now`` is the instant of this writing."""

    def __init__(self, path: Path, now: datetime) -> None:
        """Read the state; without a file nothing is known."""
        self._path = path
        self._now = now.replace(microsecond=0)
        self._known: dict[str, Known] = {}
        if path.exists():
            self._known = {
                key: Known(**{**value, **_instants(value)})
                for key, value in json.loads(path.read_bytes()).items()
            }

    def stamp(
        self,
        key: str,
        checksum: str,
        content: str | None = None,
        published: datetime | None = None,
    ) -> Known:
        """What an entry or feed looks like to readers.

        While the checksum stays, so do the times, and the content when one is given: an edition's
        order and votes may move without it being another edition.
        """
        known = self._known.get(key)
        if known is None:
            known = Known(checksum, self._now, published or self._now, self._now, content)
        elif known.fingerprint != checksum:
            # Never backwards, also when readers were pointed at an earlier version.
            updated = max(self._now, known.updated + timedelta(seconds=1))
            known = Known(checksum, updated, known.published, self._now, content)
        known.seen = self._now
        self._known[key] = known
        return known

    def save(self) -> None:
        """Write the state, without what was not seen for long.

        It is written before the feeds: whoever is killed between the two finds the entries known
        the next time, with the times they have.
        """
        kept = {
            key: vars(known)
            for key, known in self._known.items()
            if self._now - known.seen < FORGET_AFTER
        }
        content = json.dumps(kept, default=lambda instant: instant.isoformat(), sort_keys=True)
        write_atomically(self._path, content.encode())


def _instants(value: dict[str, Any]) -> dict[str, datetime]:
    names = ("updated", "published", "seen")
    return {name: datetime.fromisoformat(value[name]) for name in names}
