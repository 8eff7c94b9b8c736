"""History that others recorded: responses of the hub, and counts of upvotes, into landing and lake.

Takes files as they are:

- ``*.jsonl`` (also ``.jsonl.xz``): recorded responses, one JSON object a line with
  ``listing_date``, ``observed_at`` and ``body`` (the response's array);
- ``*.json`` with a date in its name: one response's bytes; the time it was observed comes from
  the name too (``2024-06-12__observed_20240612T170641Z.json``), else it is inferred;
- ``*.csv``, ``*.csv.xz``, ``*.parquet``: counts of upvotes (``upvote_files.py``).

A recorded response lands as if the hub had just given it. Importing again adds nothing. What does
not belong here: reading what landed.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter, ValidationError

from orchestration.collect import lake
from orchestration.collect.alone import alone
from orchestration.collect.import_report import ImportReport
from orchestration.collect.landing import (
    Landed,
    iter_landed,
    land,
    last_landed,
    read_landed,
    stamp_of,
    told_name,
)
from orchestration.collect.records import load_json
from orchestration.collect.replay import catch_up, ingest
from orchestration.collect.upvote_files import XZ_MAGIC, UtcInstant
from orchestration.settings import Settings

KIND: Final = "history"
LOCK: Final = ".import.lock"

_DATE = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")
_OBSERVED = re.compile(r"observed_(\d{8}T\d{6}Z)")
_INSTANT_INSIDE = re.compile(rb'"statusLastChangedAt"\s*:\s*"([^"]+)"')
_INSTANT: Final[TypeAdapter[datetime]] = TypeAdapter(UtcInstant)


class _Line(BaseModel):
    listing_date: date
    observed_at: UtcInstant
    body: list[Any]


def import_history(
    settings: Settings,
    path: Path,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Callable[[str], None] | None = None,
) -> ImportReport:
    """Import a file, or every file below a folder but hidden ones and those of the data folder.

    Args:
        path: file or folder.
        now: the clock.
        progress: called with each file's name before it is read.

    Raises:
        OSError: a file can't be read, or the data folder not be written.
    """
    report = ImportReport()
    catch_up(settings)
    files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
    # Else two imports of one file would land it under two times.
    with alone(settings.home / LOCK), lake.reading(settings.lake):
        lake.prepare(settings.lake)
        importer = _Importer(settings, report, now)
        for file in files:
            if not _is_meant(settings.home, path, file):
                continue
            if progress:
                progress(told_name(file.name))
            importer.take(file)
    return report


class _Importer:
    def __init__(
        self, settings: Settings, report: ImportReport, now: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._report = report
        self._now = now

    def take(self, file: Path) -> None:
        """Import one file by its name."""
        suffixes = "".join(file.suffixes[-2:]).lower().removesuffix(".xz")
        name = told_name(file.name)
        if suffixes.endswith(".jsonl"):
            self._responses(file, name)
        elif suffixes.endswith((".csv", ".parquet")):
            self._once(file.read_bytes(), {"name": name})
        elif suffixes.endswith(".json"):
            self._response(file, name)
        else:
            self._report.skipped[name] = "not .json, .jsonl, .csv or .parquet"

    def _responses(self, file: Path, name: str) -> None:
        number = 0
        try:
            for number, line in enumerate(_lines(file), 1):
                self._line(name, number, line)
        except (EOFError, lzma.LZMAError) as error:
            reason = f"the file ends too early or is damaged: {error}"
            facts = {"name": name, "place": f"after line {number}", "refused": reason}
            self._once(f"{name} after line {number}".encode(), facts)

    def _line(self, name: str, number: int, line: bytes) -> None:
        try:
            recorded = _Line.model_validate_json(line)
        except ValidationError as error:
            told = error.errors(include_url=False, include_input=False)[0]
            reason = f"{'.'.join(map(str, told['loc']))}: {told['msg']}".lstrip(": ")
            self._once(line, {"name": name, "place": f"line {number}", "refused": reason})
            return
        # The recorder kept what the array says; its bytes are ours to choose, and always the same
        # ones.
        body = json.dumps(recorded.body, ensure_ascii=False, separators=(",", ":"))
        self._listing(
            recorded.listing_date,
            recorded.observed_at,
            body.encode("utf-8", errors="surrogatepass"),
            {"name": name, "line": number},
        )

    def _response(self, file: Path, name: str) -> None:
        found = _DATE.search(name)
        try:
            day = date.fromisoformat(found[1]) if found else None
        except ValueError:
            day = None
        if day is None:
            self._report.skipped[name] = "no listing date in its name"
            return
        body = file.read_bytes()
        observed = _OBSERVED.search(name)
        if observed:
            at = datetime.strptime(observed[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        else:
            at = _latest_sign(day, body)
        facts = {"name": name, "is_observed_at_inferred": observed is None}
        self._listing(day, at, body, facts)

    def _listing(self, day: date, at: datetime, body: bytes, facts: dict[str, Any]) -> None:
        landing = self._settings.landing
        taken: dict[str, list[Path]] = {}
        for place in iter_landed(landing, "hub", str(day)):
            taken.setdefault(place.stamp, []).append(landing / place.path)
        while landed := taken.get(stamp_of(at)):
            if any(_says(path, body) for path in landed):
                self._report.known += 1
                return
            # Another recording says something else of that second: both are kept, side by side.
            at += timedelta(microseconds=1)
        new = land(landing, "hub", str(day), at, 0, body, recorded=facts)
        self._read(new, body, facts["name"])

    def _once(self, body: bytes, facts: dict[str, Any]) -> None:
        """Land a file or line of ours under the time of its first import."""
        key = hashlib.sha256(body).hexdigest()[:32]
        landing = self._settings.landing
        at = last_landed(landing, KIND, [key]).get(key) or self._now()
        self._read(land(landing, KIND, key, at, 0, body, **facts), body, facts["name"])

    def _read(self, landed: Landed, body: bytes, name: str) -> None:
        if not landed.is_new:
            self._report.known += 1
            return
        tables = ingest(self._settings, [(landed, body)])

        def count(dataset: str) -> int:
            return tables[dataset].num_rows if dataset in tables else 0

        self._report.responses += landed.envelope["kind"] == "hub"
        self._report.papers += count("listings")
        self._report.counts += count("upvote_history")
        self._report.quarantined += count("quarantined_records")
        if count("quarantined_records") and not (count("listings") or count("upvote_history")):
            reason = tables["quarantined_records"]["reason"][0].as_py()
            self._report.refused.setdefault(name, reason)
        else:
            self._report.read += 1


def _is_meant(home: Path, path: Path, file: Path) -> bool:
    """Whether who gave ``path`` means this file below it."""
    is_hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
    is_ours = home.is_relative_to(path.resolve()) and file.resolve().is_relative_to(home)
    return not is_hidden and not is_ours


def _lines(file: Path) -> Iterator[bytes]:
    with file.open("rb") as raw:
        is_xz = raw.read(len(XZ_MAGIC)) == XZ_MAGIC
    with lzma.open(file) if is_xz else file.open("rb") as lines:
        yield from (line for line in lines if line.strip())


def _latest_sign(day: date, body: bytes) -> datetime:
    """When a response of an unknown time was observed at the earliest that its content allows.

    The end of the listing day, or the newest instant that it speaks of when that is later.
    """
    latest = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1, microseconds=-1)
    for found in _INSTANT_INSIDE.findall(body):
        try:
            latest = max(latest, _INSTANT.validate_python(found.decode()))
        except ValueError:
            continue
    return latest


def _says(path: Path, body: bytes) -> bool:
    """Whether a landed file says the same as this body, be it in other bytes."""
    try:
        landed = read_landed(path)[1]
        return landed == body or bool(load_json(landed) == load_json(body))
    except ValueError:
        return False  # no JSON, or a damaged file: what lands beside it makes good for that
