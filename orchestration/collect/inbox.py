"""Listing pages that people drop into ``PAPERTIDE_HOME/inbox/``, and the one that ships with us.

A dropped file is landed, read into the lake and moved: to ``inbox/done/``, or to ``inbox/refused/``
with a ``.reason.txt`` beside it. Nothing is deleted, and no content is read twice, whatever its
name. What does not belong here: reading a page (``page.py``).
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal, get_args

from orchestration.collect import lake
from orchestration.collect.alone import alone
from orchestration.collect.landing import is_unread, land, last_landed, told_name
from orchestration.collect.replay import ingest
from orchestration.files import make_folder, write_atomically
from orchestration.settings import Settings

KIND: Final = "page"
LOCK: Final = ".inbox.lock"
LARGEST_PAGE: Final = 64 * 2**20
"""Bytes; the listing pages seen have under 300 kB, so what is bigger is something else."""

SETTLE_SECONDS: Final = 1.0
"""A file that changed within this time may still be on its way in."""

BUNDLED: Final = "search_billion_scale.txt"
# The bundled page is an observation of its own date, so any page dropped later is newer, also when
# it was dropped before the bundled one was read. A changed bundled page needs a later instant.
BUNDLED_SEEN_AT: Final = datetime(2025, 12, 24, tzinfo=UTC)

_UNFINISHED = (".part", ".partial", ".crdownload", ".download", ".tmp", ".swp", "~")

Outcome = Literal["read", "duplicate", "refused", "waiting", "failed"]


@dataclass(frozen=True)
class PageResult:
    """What became of one file.

    Attributes:
        name: the file's name in the inbox.
        outcome: ``waiting`` files stay for the next time, they were still being written;
            ``failed`` ones stay because the file could not be read or moved.
        reason: why it was not read, else nothing.
        papers: rows of ``listings`` it gave.
        quarantined: cards or records of it that could not be read.
        landed_in: its path below the landing folder.
        moved_to: its new path below the inbox.
    """

    name: str
    outcome: Outcome
    reason: str | None = None
    papers: int = 0
    quarantined: int = 0
    landed_in: str | None = None
    moved_to: str | None = None


@dataclass(frozen=True)
class PagesReport:
    """What became of the bundled page and of the inbox's files."""

    results: list[PageResult]

    def metadata(self) -> dict[str, int]:
        """How many files had each outcome, and what they gave."""
        outcomes = {
            outcome: sum(result.outcome == outcome for result in self.results)
            for outcome in get_args(Outcome)
        }
        return {
            **outcomes,
            "papers": sum(result.papers for result in self.results),
            "quarantined": sum(result.quarantined for result in self.results),
        }

    def lines(self) -> list[str]:
        """The report in sentences, one a file."""
        return [
            f"page {result.name}: {result.outcome}, "
            + (result.reason or f"{result.papers} papers, {result.quarantined} quarantined")
            for result in self.results
        ]


def waiting_files(settings: Settings) -> list[Path]:
    """The inbox's files, oldest first; hidden ones and unfinished downloads are passed over."""
    if not settings.inbox.is_dir():
        return []
    found = [
        path
        for path in settings.inbox.iterdir()
        if path.is_file() and not path.name.startswith(".") and not path.name.endswith(_UNFINISHED)
    ]
    return sorted(found, key=lambda path: (_shape(path)[1], path.name))


def collect_pages(settings: Settings) -> PagesReport:
    """The bundled page and the inbox: everything there is to know of saved pages."""
    return PagesReport([collect_bundled(settings), *collect_inbox(settings)])


def collect_inbox(
    settings: Settings,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    settle_seconds: float = SETTLE_SECONDS,
) -> list[PageResult]:
    """Land, read and move every file in the inbox; one bad file never stops the others.

    A process killed on the way leaves a file that the next call finishes with: it is landed once,
    in the lake once, and moved last.
    """
    make_folder(settings.inbox)
    # Else two runs would land one page under two times.
    with alone(settings.home / LOCK):
        paths = waiting_files(settings)
        settled = _settled(paths, settle_seconds)
        return [
            _collect_file(settings, path, now) if path in settled else _waiting(path)
            for path in paths
        ]


def collect_bundled(settings: Settings) -> PageResult:
    """Land and read the page that ships with Papertide; a second call finds it known."""
    body = files("orchestration.collect").joinpath("bundled", BUNDLED).read_bytes()
    with alone(settings.home / LOCK):
        return _collect_page(settings, BUNDLED, body, BUNDLED_SEEN_AT)


def _collect_file(settings: Settings, path: Path, now: Callable[[], datetime]) -> PageResult:
    name = told_name(path.name)
    try:
        if (size := path.stat().st_size) > LARGEST_PAGE:
            reason = f"{size:,} bytes: a listing page has at most {LARGEST_PAGE:,}"
            result = PageResult(name, "refused", reason)
        else:
            result = _collect_page(settings, name, path.read_bytes(), now())
        folder = settings.inbox / ("refused" if result.outcome == "refused" else "done")
        target = _free_name(folder, path.name)
        if result.outcome == "refused":
            words = f"{result.reason}\n".encode()
            beside = target.with_name(f"{target.name}.reason.txt")
            write_atomically(beside, words)
        path.rename(target)
    except OSError as error:
        return PageResult(name, "failed", str(error))
    moved_to = told_name(target.relative_to(settings.inbox))
    return PageResult(**{**vars(result), "moved_to": moved_to})


def _collect_page(settings: Settings, name: str, body: bytes, observed_at: datetime) -> PageResult:
    # The whole digest is the key: the landing folder itself is the list of contents known.
    key = hashlib.sha256(body).hexdigest()
    with lake.reading(settings.lake):
        lake.prepare(settings.lake)
        at = last_landed(settings.landing, KIND, [key]).get(key, observed_at)
        landed = land(settings.landing, KIND, key, at, 0, body, name=name)
        # A process killed between landing and lake left a page that is landed only.
        is_new = is_unread(settings.landing, landed.observation)
        tables = ingest(settings, [(landed, body)])
    quarantined = tables["quarantined_records"]
    if not tables.get("observations"):
        reason = quarantined["reason"][0].as_py()
        return PageResult(name, "refused", reason, quarantined=1, landed_in=landed.path)
    return PageResult(
        name,
        "read" if is_new else "duplicate",
        reason=None if is_new else f"the same content was read as {landed.envelope['name']}",
        papers=tables["listings"].num_rows if is_new else 0,
        quarantined=quarantined.num_rows if is_new else 0,
        landed_in=landed.path,
    )


def _settled(paths: list[Path], seconds: float) -> set[Path]:
    """The files that nobody is writing to: old enough, or unchanged over a short wait."""
    before = {path: _shape(path) for path in paths}
    # A time ahead of ours (another clock) says nothing, so such a file is watched as well.
    young = {path for path in paths if not seconds <= time.time() - before[path][1] / 1e9}
    if young:
        time.sleep(seconds)
    return {path for path in paths if path not in young or _shape(path) == before[path]}


def _shape(path: Path) -> tuple[int, int]:
    """Size in bytes and time of change in nanoseconds; (-1, 0) when the file is gone."""
    try:
        status = path.stat()
    except OSError:
        return -1, 0
    return status.st_size, status.st_mtime_ns


def _waiting(path: Path) -> PageResult:
    name = told_name(path.name)
    return PageResult(name, "waiting", "the file is still being written")


def _free_name(folder: Path, name: str) -> Path:
    """``folder/name``, or ``folder/name (2)`` and so on where that is taken."""
    make_folder(folder)
    suffix = Path(name).suffix[:20]
    # Cut, so that the name of the reason file beside it is not longer than a name may be.
    stem = os.fsdecode(os.fsencode(name.removesuffix(suffix))[:150])
    target, number = folder / f"{stem}{suffix}", 1
    while target.exists():
        number += 1
        target = folder / f"{stem} ({number}){suffix}"
    return target
