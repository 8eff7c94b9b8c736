"""The hub's paper records: JSON bytes to validated records.

Every field but ``paper.id`` may be missing. A field of another type than known sends its record,
and only that one, to quarantine; a field nobody knows is kept in ``extra``. Used for listings,
searches and the records inside a listing page. What does not belong here: fetching, files, and the
lake's columns (``rows.py``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Required

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

MAX_PAYLOAD: Final = 20_000
"""Characters of a refused record that quarantine shows; landing keeps all of it."""

_LOOKED_INTO = ConfigDict(strict=True, extra="allow")
_READ_FROM = ConfigDict(strict=True, extra="ignore")

# Bounds that are wider than any true value and keep every later step (Arrow, SQL) from overflowing.
Text = str | None
Flag = bool | None
Count = Annotated[int, Field(ge=0, lt=2**53)] | None
RequiredInstant = Annotated[
    datetime,
    Field(ge=datetime(1990, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC)),
]
Instant = RequiredInstant | None


@with_config(_READ_FROM)
class HubUser(TypedDict, total=False):
    """A hub account; `name` or `user` is the username, by the place it stands in."""

    user: Text
    name: Text
    fullname: Text


@with_config(_READ_FROM)
class Organization(TypedDict, total=False):
    """An organization; `name` is its slug."""

    name: Text
    fullname: Text


@with_config(_LOOKED_INTO)
class AuthorLine(TypedDict, total=False):
    """One line of a paper's author list."""

    _id: Text
    name: Text
    user: HubUser | None
    status: Text
    statusLastChangedAt: Instant
    hidden: Flag


@with_config(_LOOKED_INTO)
class Paper(TypedDict, total=False):
    """What stands inside ``paper``."""

    id: Required[Annotated[str, Field(min_length=1, max_length=200)]]
    title: Text
    summary: Text
    authors: list[AuthorLine] | None
    publishedAt: Instant
    submittedOnDailyAt: Instant
    submittedOnDailyBy: HubUser | None
    upvotes: Count
    discussionId: Text
    projectPage: Text
    githubRepo: Text
    githubStars: Count
    organization: Organization | None
    ai_summary: Text
    ai_keywords: list[str] | None
    mediaUrls: list[str] | None


@with_config(_LOOKED_INTO)
class Record(TypedDict, total=False):
    """One record of a listing or of a search."""

    paper: Required[Paper]
    title: Text
    summary: Text
    thumbnail: Text
    numComments: Count
    submittedBy: HubUser | None
    organization: Organization | None
    isAuthorParticipating: Flag
    mediaUrl: Text
    mediaUrls: list[str] | None


_RECORD: Final[TypeAdapter[Record]] = TypeAdapter(Record)
_RECORDS: Final[TypeAdapter[list[Record]]] = TypeAdapter(list[Record])


@dataclass(frozen=True)
class Refused:
    """A record, or a whole body, that could not be read: goes to quarantine."""

    place: str
    reason: str
    payload: str


@dataclass(frozen=True)
class ParsedBody:
    """A body's records, each with its 0-based position in the body, and what was refused.

    A body that is no array has no records, and says nothing of how many there are.
    """

    records: list[tuple[int, Record]]
    refused: list[Refused]
    is_array: bool = True

    @property
    def rows(self) -> int:
        """Items the body held, read or not."""
        return len(self.records) + len(self.refused)


def parse_body(body: bytes) -> ParsedBody:
    """Read a response that should be an array of records. Never raises for what is in the bytes.

    Sound bodies are validated in one go; only a body with something wrong in it is taken apart
    record by record.
    """
    try:
        return ParsedBody(list(enumerate(_RECORDS.validate_json(body))), [])
    except ValidationError:
        pass
    try:
        content = load_json(body)
    except ValueError as error:
        return ParsedBody([], [Refused("$", f"not JSON: {error}", _payload(body))], is_array=False)
    if isinstance(content, list):
        return _parse_items(content)
    return ParsedBody([], list(_refuse_wrapped(content)), is_array=False)


def parse_records(items: Iterable[Any]) -> ParsedBody:
    """The same for records that some other parser already took out of their JSON."""
    return _parse_items(list(items))


def load_json(body: bytes) -> Any:
    """The content of a JSON document, whatever it is.

    Raises:
        ValueError: the bytes are not one whole JSON document: cut, HTML, empty, nested too deep.
    """
    try:
        # A number too long for Python becomes text, so that only its own record is refused.
        return json.loads(body, parse_int=lambda n: int(n) if len(n) < 300 else n)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _parse_items(items: Sequence[Any]) -> ParsedBody:
    records: list[tuple[int, Record]] = []
    refused: list[Refused] = []
    for position, item in enumerate(items):
        try:
            records.append((position, _RECORD.validate_json(json.dumps(item))))
        except ValidationError as error:
            refused.append(Refused(f"$[{position}]", _reason(item, error), _payload(item)))
    return ParsedBody(records, refused)


def _refuse_wrapped(content: Any) -> Iterable[Refused]:
    """An object in the array's place is never half-read: each item that it wraps is refused."""
    name = type(content).__name__
    if isinstance(content, Mapping):
        keys = ", ".join(map(str, content))[:200]
        for key, value in content.items():
            if isinstance(value, list) and value:
                for position, item in enumerate(value):
                    reason = f"inside an object ({keys}) where the response is an array"
                    yield Refused(f"$.{key}[{position}]", reason, _payload(item))
                return
        name = f"an object with {keys}"
    yield Refused("$", f"not an array but {name}", _payload(content))


def _reason(item: Any, error: ValidationError) -> str:
    if isinstance(item, str):
        return "the record is a string, not an object"
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    told = [f"{'.'.join(map(str, p['loc']))}: {p['msg']}".lstrip(": ") for p in problems[:3]]
    return "; ".join(told)[:500]


def _payload(content: Any) -> str:
    if isinstance(content, bytes):
        return content[:MAX_PAYLOAD].decode("utf-8", errors="replace")
    text = content if isinstance(content, str) else json.dumps(content)
    # A lone half of a surrogate pair is legal in JSON text and in no file.
    return text[:MAX_PAYLOAD].encode("utf-8", errors="replace").decode()
