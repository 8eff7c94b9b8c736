"""The hub's paper records: JSON bytes to validated records.

A field of another type than known sends its record, and only that one, to quarantine; a field
nobody knows is kept beside its record. Used for listings, searches, single papers and the records
inside a listing page. What does not belong here: the known fields (``shapes.py``), fetching, files,
and the lake's columns (``rows.py``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeVar

from msgspec import MsgspecError, Struct, convert
from msgspec.json import Decoder
from msgspec.structs import astuple
from pydantic_core import to_json

from orchestration.collect.shapes import AuthorLine, Paper, Record, RecordWithExtra

MAX_PAYLOAD: Final = 20_000
"""Characters of a refused record that quarantine shows; landing keeps all of it."""

Kind = TypeVar("Kind", bound=Struct)

_RECORDS: Final = Decoder(list[Record])
_ANYTHING: Final = Decoder()
_NOT_READ: Final = (MsgspecError, ValueError, RecursionError)


class NotReadError(ValueError):
    """An object is not what it has to be; the message says what is wrong, and where."""


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

    Bodies of sound records and known fields are read in one go; only a body with something else in
    it is taken apart record by record.
    """
    try:
        return ParsedBody(list(enumerate(_RECORDS.decode(body))), [])
    except _NOT_READ:
        pass
    try:
        content = load_json(body)
    except ValueError as error:
        refused = Refused("$", f"not JSON: {error}", payload_of(body))
        return ParsedBody([], [refused], is_array=False)
    if isinstance(content, list):
        return parse_records(content)
    return ParsedBody([], list(_refuse_wrapped(content)), is_array=False)


def parse_records(items: Sequence[Any]) -> ParsedBody:
    """The same for records that are out of their JSON already."""
    records: list[tuple[int, Record]] = []
    refused: list[Refused] = []
    for position, item in enumerate(items):
        try:
            record, unknown = read(item, Record)
        except NotReadError as error:
            refused.append(Refused(f"$[{position}]", str(error), payload_of(item)))
        else:
            if unknown:
                extra = to_json(unknown).decode()
                record = RecordWithExtra(*astuple(record), extra=extra)
            records.append((position, record))
    return ParsedBody(records, refused)


def read(item: Any, kind: type[Kind]) -> tuple[Kind, dict[str, Any]]:
    """One object of the hub's, and its fields that nobody knows by their dotted names.

    Raises:
        NotReadError: it is something else; the message says what is wrong where.
    """
    if isinstance(item, str):
        raise NotReadError("the record is a string, not an object")
    if not isinstance(item, dict):
        raise NotReadError(f"{type(item).__name__}: should be an object")
    try:
        to_json(item)  # fails for what no file can hold: half a surrogate pair, endless nesting
        known, unknown = _set_unknown_aside(item, kind)
        return convert(known, kind), unknown
    except _NOT_READ as error:
        raise NotReadError(_reason(error)) from None


def load_json(body: bytes) -> Any:
    """The content of a JSON document, whatever it is.

    Raises:
        ValueError: the bytes are not one whole JSON document: cut, HTML, empty, nested too deep.
    """
    with suppress(*_NOT_READ):
        return _ANYTHING.decode(body)
    try:
        # Slower and laxer, so that NaN, half a surrogate pair or a number too long for Python (it
        # becomes text) is in the way of its own record only.
        return json.loads(body, parse_int=lambda n: int(n) if len(n) < 300 else n)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _set_unknown_aside(item: Any, kind: type[Struct]) -> tuple[Any, dict[str, Any]]:
    if not isinstance(item, dict):
        return item, {}
    known, unknown = item, {}
    if not item.keys() <= (names := _field_names(kind)):
        known = {name: value for name, value in item.items() if name in names}
        unknown = {name: value for name, value in item.items() if name not in names}
    if "paper" in known:
        paper, of_paper = _set_unknown_aside(known["paper"], Paper)
        known = known | {"paper": paper}
        unknown |= {f"paper.{name}": value for name, value in of_paper.items()}
    if isinstance(known.get("authors"), list):
        lines = [_set_unknown_aside(line, AuthorLine) for line in known["authors"]]
        known = known | {"authors": [line for line, _ in lines]}
        of_authors: dict[str, list[Any]] = {}
        for name, value in (field for _, of_line in lines for field in of_line.items()):
            of_authors.setdefault(f"authors[].{name}", []).append(value)
        unknown |= of_authors
    return known, unknown


@cache
def _field_names(kind: type[Struct]) -> frozenset[str]:
    return frozenset(kind.__struct_fields__)


def _refuse_wrapped(content: Any) -> Iterable[Refused]:
    """An object in the array's place is never half-read: each item that it wraps is refused."""
    name = type(content).__name__
    if isinstance(content, Mapping):
        keys = ", ".join(map(str, content))[:200]
        for key, value in content.items():
            if isinstance(value, list) and value:
                for position, item in enumerate(value):
                    reason = f"inside an object ({keys}) where the response is an array"
                    yield Refused(f"$.{key}[{position}]", reason, payload_of(item))
                return
        name = f"an object with {keys}"
    yield Refused("$", f"not an array but {name}", payload_of(content))


def _reason(error: BaseException) -> str:
    told, _, path = str(error).partition(" - at `$")
    place = ".".join(re.findall(r"\w+", path))
    # What `__post_init__` finds begins with the name of its field.
    between = "." if error.__cause__ else ": "
    return f"{place}{between}{told}"[:500] if place else told[:500]


def payload_of(content: Any) -> str:
    """As much of what was refused as quarantine shows."""
    if isinstance(content, bytes):
        return content[:MAX_PAYLOAD].decode("utf-8", errors="replace")
    try:
        text = content if isinstance(content, str) else json.dumps(content)
    except RecursionError:  # it was only just not nested too deep to be read
        return ""
    return text[:MAX_PAYLOAD]
