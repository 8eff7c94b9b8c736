"""Landing: the exact bytes of everything that came in, one zstd file a response or page.

``landing/<kind>/<key>/<observed_at>-p<page>-<sha8>.zst``, whose first line is a JSON envelope (what
was asked, when, what the answer's headers said) and whose rest is the body, untouched. The lake can
be rebuilt from this folder alone. ``landing/.unread/`` holds a mark for each observation that is
not in the lake yet: set before its first byte lands, taken away when its last row is in the lake,
so what a killed process left half done is found without comparing the two. What does not belong
here: reading what a body means.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import zstandard

from orchestration.files import touch, write_atomically

UNREAD = ".unread"

_STAMP = "%Y%m%dT%H%M%S%fZ"
_NAME = re.compile(r"(?P<stamp>\d{8}T\d{12}Z)-p(?P<page>\d+)-(?P<sha>[0-9a-f]{8})\.zst")


class LandingError(ValueError):
    """A landed file is damaged: not what was written."""


@dataclass(frozen=True)
class Landed:
    """One landed response.

    Attributes:
        path: place below the landing folder, with forward slashes.
        envelope: what is known of the request and the answer.
        is_new: false when the same bytes had landed under the same time before.
    """

    path: str
    envelope: dict[str, Any]
    is_new: bool = True

    @property
    def observed_at(self) -> datetime:
        """The instant of the observation that the response belongs to."""
        return datetime.fromisoformat(self.envelope["observed_at"])

    @property
    def observation(self) -> Observation:
        """The observation that the response belongs to."""
        stamp = stamp_of(self.observed_at)
        return Observation(self.envelope["kind"], self.envelope["key"], stamp)


@dataclass(frozen=True, order=True)
class Observation:
    """What was looked at, and when: names the responses that belong together."""

    kind: str
    key: str
    stamp: str


@dataclass(frozen=True, order=True)
class Place:
    """What the path of a landed file says about it."""

    kind: str
    key: str
    stamp: str
    page: int
    path: str

    @property
    def observed_at(self) -> datetime:
        """The instant that the stamp stands for."""
        return datetime.strptime(self.stamp, _STAMP).replace(tzinfo=UTC)

    @property
    def observation(self) -> Observation:
        """The observation that the file belongs to."""
        return Observation(self.kind, self.key, self.stamp)


def stamp_of(instant: datetime) -> str:
    """The file-name form of an instant, sortable and exact to the microsecond."""
    return instant.astimezone(UTC).strftime(_STAMP)


def land(
    root: Path,
    kind: str,
    key: str,
    observed_at: datetime,
    page: int,
    body: bytes,
    **facts: Any,
) -> Landed:
    """Keep the exact bytes of a response.

    Args:
        root: the landing folder.
        kind: what sort of thing it is (``hub``, ``page``, ``arxiv``, …).
        key: what was asked: a date, a paper id, a search's name; any text.
        observed_at: aware instant shared by all pages of one observation.
        page: 0-based page.
        body: the bytes as they came.
        facts: JSON-able facts of the request and the answer (``url``, ``status``, ``headers``, …).

    The same bytes under the same time land once: the second call returns the first envelope, and
    mends the file if it is damaged. The observation counts as unread until :func:`mark_read`.
    """
    digest = hashlib.sha256(body).hexdigest()
    name = f"{stamp_of(observed_at)}-p{page}-{digest[:8]}.zst"
    path = f"{kind}/{_folder(key)}/{name}"
    target = root / path
    is_new = not target.exists()
    if not is_new:
        with suppress(LandingError):
            return Landed(path, read_landed(target)[0], is_new=False)
    envelope = {
        "kind": kind,
        "key": key,
        "page": page,
        "observed_at": observed_at.astimezone(UTC).isoformat(),
        "sha256": digest,
        "bytes": len(body),
        **facts,
    }
    content = json.dumps(envelope, ensure_ascii=False).encode() + b"\n" + body
    mark = _mark(root, Observation(kind, key, stamp_of(observed_at)))
    # What is mended was read when it was whole: its rows are not to come into the lake again.
    if is_new and not mark.exists():
        touch(mark)
    write_atomically(target, zstandard.ZstdCompressor(level=3).compress(content))
    return Landed(path, envelope, is_new)


def unread(root: Path) -> list[Observation]:
    """The observations that landed, or began to, and whose rows are not all in the lake."""
    marks = sorted((root / UNREAD).glob("*Z"))
    return [Observation(*map(unquote, mark.name.split(","))) for mark in marks]


def is_unread(root: Path, observation: Observation) -> bool:
    """Whether some row of the observation may be missing in the lake."""
    return _mark(root, observation).exists()


def mark_read(root: Path, observation: Observation) -> None:
    """Say that all rows of an observation are in the lake."""
    _mark(root, observation).unlink(missing_ok=True)


def read_landed(path: Path) -> tuple[dict[str, Any], bytes]:
    """The envelope and the exact body of a landed file.

    Raises:
        LandingError: the file is damaged.
    """
    try:
        content = zstandard.ZstdDecompressor().decompress(path.read_bytes())
        head, _, body = content.partition(b"\n")
        envelope = json.loads(head)
    except (zstandard.ZstdError, ValueError) as error:
        raise LandingError(f"{path} is damaged: {error}") from error
    if hashlib.sha256(body).hexdigest() != envelope.get("sha256"):
        raise LandingError(f"{path} is damaged: its bytes have another checksum")
    return envelope, body


def told_name(path: str | Path) -> str:
    """A file's name as an envelope and a log can hold it; what is no UTF-8 is replaced."""
    return os.fsencode(path).decode("utf-8", errors="replace")


def is_content(envelope: Mapping[str, Any]) -> bool:
    """Whether the body is what was asked for, and not a refusal (404, …)."""
    return envelope.get("status", 200) == 200  # recordings by others tell no status


def iter_landed(root: Path, kind: str | None = None, key: str | None = None) -> Iterator[Place]:
    """Every landed file in order of kind, key, time and page; temporary files are passed over."""
    kinds = [kind] if kind else sorted(e.name for e in root.glob("*") if e.name != UNREAD)
    for a_kind in kinds:
        folders = [_folder(key)] if key else sorted(e.name for e in (root / a_kind).glob("*"))
        for folder in folders:
            places = []
            for entry in (root / a_kind / folder).glob("*.zst"):
                match = _NAME.fullmatch(entry.name)
                if match:
                    path = f"{a_kind}/{folder}/{entry.name}"
                    places.append(
                        Place(a_kind, unquote(folder), match["stamp"], int(match["page"]), path)
                    )
            yield from sorted(places)


def last_landed(root: Path, kind: str, keys: Iterable[str]) -> dict[str, datetime]:
    """When each of these keys was asked for last, whatever came: told by the files' names alone."""
    last: dict[str, datetime] = {}
    for key in keys:
        for place in iter_landed(root, kind, key):
            last[key] = place.observed_at
    return last


def _folder(key: str) -> str:
    """A key as one folder name: old arXiv ids hold a slash, a search's name anything."""
    return quote(key, safe="").replace(".", "%2E") if key.startswith(".") else quote(key, safe="")


def _mark(root: Path, observation: Observation) -> Path:
    return root / UNREAD / ",".join((observation.kind, _folder(observation.key), observation.stamp))
