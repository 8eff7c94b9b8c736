"""arXiv's word on the papers listed: which ids are due, and keeping what came back.

What does not belong here: asking (``arxiv_client.py``), reading a feed (``arxiv_feed.py``).
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.dataset as ds

from orchestration.collect import lake
from orchestration.collect.alone import alone
from orchestration.collect.arxiv_client import (
    INTERVAL_SECONDS,
    ArxivClient,
    ArxivError,
    Response,
)
from orchestration.collect.arxiv_feed import ARXIV_ID, Feed, FeedError, parse_feed
from orchestration.collect.intake import store
from orchestration.collect.landing import (
    Landed,
    is_unread,
    iter_landed,
    land,
    read_landed,
    stamp_of,
)
from orchestration.collect.records import MAX_PAYLOAD, Refused
from orchestration.collect.rows import quarantine_table
from orchestration.settings import Settings, Source

KIND: Final = "arxiv"
BATCH: Final = 100
MAX_AGE: Final = timedelta(days=30)


@dataclass
class ArxivReport:
    """What a run asked and got.

    Attributes:
        due: ids that were due when the run began.
        asked: of these, ids that arXiv answered for.
        found: rows written.
        unknown: ids that arXiv does not know; asked again after 30 days.
        quarantined: entries and ids that it or we could not read.
        requests: answers received.
        warning: why the run stopped early, else nothing.
    """

    due: int = 0
    asked: int = 0
    found: int = 0
    unknown: list[str] = field(default_factory=list)
    quarantined: int = 0
    requests: int = 0
    warning: str | None = None

    def metadata(self) -> dict[str, int | str]:
        """The report as plain values, for whoever shows it."""
        shown = {**vars(self), "unknown": ", ".join(self.unknown)}
        return {name: value for name, value in shown.items() if value is not None}

    def lines(self) -> list[str]:
        """The report in sentences."""
        said = [
            f"arXiv: {self.due} papers due, {self.asked} asked in {self.requests} requests, "
            f"{self.found} found, {len(self.unknown)} unknown to it"
        ]
        return said + ([f"arXiv: stopped early: {self.warning}"] if self.warning else [])


def ids_due(
    known: Mapping[str, datetime],
    listed: Iterable[str],
    now: datetime,
    max_age: timedelta = MAX_AGE,
) -> list[str]:
    """The listed ids to ask arXiv for: those never asked, as listed, then the oldest answers.

    Args:
        known: when each id was answered for last, found or not.
        listed: ids in the order of wish; those that are no arXiv ids are passed over.
        now: aware instant.
        max_age: an answer of at least this age is due again.
    """
    ids = [each for each in dict.fromkeys(listed) if ARXIV_ID.fullmatch(each)]
    never = [each for each in ids if each not in known]
    old = [each for each in ids if each in known and now - known[each] >= max_age]
    return never + sorted(old, key=lambda each: known[each])


def arxiv_tables(landed: Landed, body: bytes) -> dict[str, pa.Table]:
    """The rows of a landed answer for each dataset."""
    try:
        feed = parse_feed(body)
    except FeedError as error:
        payload = body[:MAX_PAYLOAD].decode("utf-8", errors="replace")
        feed = Feed(refused=[Refused("$", str(error), payload)])
    refused = list(feed.refused)
    if len(ids := landed.envelope["ids"]) == 1:
        # An error about a batch says nothing of its ids: they are asked again in smaller ones.
        refused += [Refused(ids[0], error, ids[0]) for error in feed.errors]
    facts = {"observed_at": landed.observed_at, "landed_in": landed.path}
    return {
        "arxiv_papers": lake.rows("arxiv_papers", [paper | facts for paper in feed.papers]),
        "quarantined_records": quarantine_table(
            refused,
            source=KIND,
            landed_in=[landed.path] * len(refused),
            first_seen_at=landed.observed_at,
        ),
    }


def collect_arxiv(
    settings: Settings,
    *,
    max_requests: int = 20,
    interval_seconds: float = INTERVAL_SECONDS,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> ArxivReport:
    """Ask arXiv for the papers that are due, newest listings first.

    Never raises for what arXiv does: a run that had to stop says so in ``warning`` and keeps what
    it got; where arXiv does not answer at all, that is found out by one short request. With the
    source ``demo`` nothing is asked.

    Args:
        settings: where the lake is, and arXiv.
        max_requests: most requests of this run, retries not counted.
        interval_seconds: between requests.
        now: the clock.
    """
    report = ArxivReport()
    if settings.source is Source.DEMO:
        return report
    with alone(settings.home / ".arxiv.lock"), lake.reading(settings.lake):
        lake.prepare(settings.lake)
        known = _known(settings, now() - MAX_AGE)
        due = ids_due(known, _listed_ids(settings.lake), now())
        report.due = len(due)
        batches = deque(due[start : start + BATCH] for start in range(0, len(due), BATCH))
        with ArxivClient(settings, interval_seconds) as client:
            if batches and not client.is_reachable():
                report.warning = (
                    f"arXiv can't be reached at {settings.arxiv_url}: enrichment waits for the"
                    " next run"
                )
                return report
            while batches and report.requests < max_requests:
                ids = batches.popleft()
                try:
                    response = client.fetch(ids)
                except ArxivError as error:
                    report.warning = str(error)
                    break
                report.requests += 1
                batches.extendleft(_keep(settings, ids, response, now(), report))
    return report


def _keep(
    settings: Settings, ids: list[str], response: Response, at: datetime, report: ArxivReport
) -> list[list[str]]:
    """Land and write one answer; gives the smaller batches that its ids have to be asked in."""
    again = _split(ids, response.feed.errors)
    landed = land(
        settings.landing,
        KIND,
        # Each request is an observation of its own: its key tells the ids apart, not only the day.
        f"{at.date()}-{hashlib.sha256(','.join(ids).encode()).hexdigest()[:12]}",
        at,
        0,
        response.body,
        url=response.url,
        status=response.status,
        ids=ids,
        is_answered=not again,
    )
    tables = _write(settings, landed, response.body)
    found = set(tables["arxiv_papers"]["paper_id"].to_pylist())
    report.found += len(found)
    report.quarantined += tables["quarantined_records"].num_rows
    if not again:
        report.asked += len(ids)
        if not response.feed.errors and not response.feed.refused:
            report.unknown += [each for each in ids if each not in found]
    return again


def _split(ids: list[str], errors: list[str]) -> list[list[str]]:
    """What to ask instead of a batch that was refused: the id it names alone, else halves."""
    if not errors or len(ids) == 1:
        return []
    named = [each for each in ids if any(each in error.split() for error in errors)]
    if 0 < len(named) < len(ids):
        return [[each for each in ids if each not in named], *([each] for each in named)]
    middle = len(ids) // 2
    return [ids[:middle], ids[middle:]]


def _listed_ids(root: Path) -> list[str]:
    """The ids of real listings, the newest listing date first."""
    table = lake.scan(root, "listings").to_table(
        columns=["paper_id", "listing_date"], filter=ds.field("source") != "demo"
    )
    newest = table.group_by("paper_id").aggregate([("listing_date", "max")])
    order = [("listing_date_max", "descending"), ("paper_id", "descending")]
    ids: list[str] = newest.sort_by(order)["paper_id"].to_pylist()
    return ids


def _known(settings: Settings, since: datetime) -> dict[str, datetime]:
    """When arXiv last answered for each id: found ones by the lake, the others by landing.

    An answer of a process that was killed before it wrote its rows gets into the lake here.
    """
    papers = lake.scan(settings.lake, "arxiv_papers").to_table(columns=["paper_id", "observed_at"])
    newest = papers.group_by("paper_id").aggregate([("observed_at", "max")])
    known = dict(
        zip(newest["paper_id"].to_pylist(), newest["observed_at_max"].to_pylist(), strict=True)
    )
    for place in iter_landed(settings.landing, KIND):
        if place.stamp < stamp_of(since):
            continue
        envelope, body = read_landed(settings.landing / place.path)
        landed = Landed(place.path, envelope, is_new=False)
        if is_unread(settings.landing, place.observation):
            _write(settings, landed, body)
        if envelope["is_answered"]:
            known |= dict.fromkeys(envelope["ids"], landed.observed_at)
    return known


def _write(settings: Settings, landed: Landed, body: bytes) -> dict[str, pa.Table]:
    tables = arxiv_tables(landed, body)
    store(settings, landed.observation, tables)
    return tables
