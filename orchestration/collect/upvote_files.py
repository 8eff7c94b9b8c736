"""Files of upvotes that others counted (CSV or Parquet), and lines nobody can read: to rows.

Columns: ``paper_id``, ``observed_at`` (or ``observed_at_utc``), ``source``, and at least one of
``upvotes``, ``num_comments``, ``github_stars``; others are passed over. What does not belong here:
finding and landing the files (``history.py``).
"""

from __future__ import annotations

import csv
import io
import lzma
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Self

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from orchestration.collect import lake
from orchestration.collect.landing import Landed
from orchestration.collect.records import Refused
from orchestration.collect.rows import quarantine_table
from orchestration.collect.shapes import COUNT_LIMIT, YEARS

XZ_MAGIC: Final = b"\xfd7zXZ\x00"

SURPLUS: Final = "values without a column"

_NUMBERS: Final = ("upvotes", "num_comments", "github_stars")
_KNOWN: Final = ("source", "paper_id", "observed_at", "observed_at_utc", *_NUMBERS)

_Number = Annotated[
    Annotated[int, Field(ge=0, lt=COUNT_LIMIT)] | None,
    BeforeValidator(lambda value: None if value == "" else value),
]


def _in_utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)


UtcInstant = Annotated[
    datetime,
    Field(ge=datetime(YEARS.start, 1, 1, tzinfo=UTC), lt=datetime(YEARS.stop, 1, 1, tzinfo=UTC)),
    AfterValidator(_in_utc),
]
"""An instant as others write it; one without a time zone is taken as UTC."""


class UpvoteFileError(ValueError):
    """A file is no table of upvotes; the message says what is missing."""


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    source: Annotated[str, Field(min_length=1, max_length=100)]
    paper_id: Annotated[str, Field(min_length=1, max_length=200)]
    observed_at: UtcInstant
    upvotes: _Number = None
    num_comments: _Number = None
    github_stars: _Number = None

    @model_validator(mode="before")
    @classmethod
    def _is_no_wider_than_its_header(cls, values: Any) -> Any:
        # Which of its values stand in the wrong columns nobody knows.
        if SURPLUS in values:
            raise ValueError("the row has more values than the file has columns")
        return values

    @model_validator(mode="before")
    @classmethod
    def _can_be_read(cls, values: Any) -> Any:
        if errors := [
            f"{n} can't be read: {each}"
            for n, each in values.items()
            if isinstance(each, Exception)
        ]:
            raise ValueError(errors[0])
        return values

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if all(getattr(self, name) is None for name in _NUMBERS):
            raise ValueError("the row has no number")
        return self


def history_tables(landed: Landed, body: bytes) -> dict[str, pa.Table]:
    """The rows of a landed file of upvotes, or the one row of quarantine of an unreadable line."""
    if "refused" in landed.envelope:
        text = body.decode("utf-8", errors="replace")
        refused = [Refused(landed.envelope["place"], landed.envelope["refused"], text[:20_000])]
        return {"quarantined_records": _quarantine(refused, landed)}
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    refused = []
    try:
        for place, values in read_rows(body):
            try:
                row = _Row.model_validate(values)
            except ValidationError as error:
                told = error.errors(include_url=False, include_input=False)[0]
                reason = f"{'.'.join(map(str, told['loc']))}: {told['msg']}".lstrip(": ")
                refused.append(Refused(place, reason, str(dict(values))[:20_000]))
            else:
                # The same row twice in a file is one observation.
                rows[row.source, row.paper_id, row.observed_at] = row.model_dump()
    except UpvoteFileError as error:
        refused.append(Refused("$", str(error), ""))
    facts = {"landed_in": landed.path}
    return {
        "upvote_history": lake.rows("upvote_history", [row | facts for row in rows.values()]),
        "quarantined_records": _quarantine(refused, landed),
    }


def read_rows(body: bytes) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each row of a CSV (plain or xz) or Parquet file, with its place, its values unchecked.

    Raises:
        UpvoteFileError: neither format, or a column is missing.
    """
    try:
        if body.startswith(b"PAR1"):
            names = pq.read_schema(io.BytesIO(body)).names
            # What is passed over may hold anything.
            known = [name for name in names if name in _KNOWN]
            rows = _parquet_rows(pq.read_table(io.BytesIO(body), columns=known))
            first = 0
        else:
            plain = lzma.decompress(body) if body.startswith(XZ_MAGIC) else body
            reader = csv.DictReader(
                io.StringIO(plain.decode("utf-8-sig"), newline=""), restkey=SURPLUS
            )
            names, rows = list(reader.fieldnames or ()), iter(reader)
            first = 1
        time = "observed_at" if "observed_at" in names else "observed_at_utc"
        missing = [name for name in ("source", "paper_id", time) if name not in names]
        if missing:
            raise UpvoteFileError(f"no column {', '.join(missing)}")
        for number, row in enumerate(rows, first):
            yield f"row {number}", {**row, "observed_at": row[time]}
    except (UnicodeDecodeError, csv.Error, lzma.LZMAError, pa.ArrowException, OSError) as error:
        raise UpvoteFileError(f"neither CSV nor Parquet: {error}") from error


def _parquet_rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    """The table's rows; the value of a cell that Python has none for is the error that says so."""
    for cells in zip(*table.columns, strict=True):
        yield dict(zip(table.column_names, map(_value, cells), strict=True))


def _value(cell: pa.Scalar) -> Any:
    try:
        return cell.as_py()
    except (OverflowError, ValueError, LookupError) as error:  # past the year 9999, say
        return error


def _quarantine(refused: list[Refused], landed: Landed) -> pa.Table:
    return quarantine_table(
        refused,
        source="history",
        landed_in=[landed.path] * len(refused),
        first_seen_at=landed.observed_at,
    )
