"""arXiv's word on the papers listed: asked for as far as it is due, and kept.

What does not belong here: which ids to ask for (``arxiv_batches.py``), asking
(``arxiv_client.py``), reading a feed (``arxiv_feed.py``).
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.dataset as ds

from orchestration.collect import lake
from orchestration.collect.alone import alone
from orchestration.collect.arxiv_batches import (
    BATCH,
    MAX_AGE,
    batches_of,
    ids_due,
    split_batch,
)
from orchestration.collect.arxiv_client import (
    INTERVAL_SECONDS,
    ArxivClient,
    ArxivError,
    Response,
)
from orchestration.collect.arxiv_feed import Feed, FeedError, parse_feed
from orchestration.collect.intake import take_in
from orchestration.collect.landing import (
    Landed,
    LandingError,
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


def arxiv_tables(landed: Landed, body: bytes) -> dict[str, pa.Table]:
    """The rows of a landed answer for each dataset."""
    ids = landed.envelope["ids"]
    feed, refused = Feed(), []
    try:
        feed = parse_feed(body)
    except FeedError as error:
        payload = body[:MAX_PAYLOAD].decode("utf-8", errors="replace")
        refused.append(Refused("$", str(error), payload))
    refused += [Refused(ids[0], error, ids[0]) for error in feed.errors]
    if not landed.envelope["is_answered"]:
        # An error about a batch says nothing of its ids: they are asked again in smaller ones.
        refused = []
    refused += feed.refused
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
        known, refused_in = _known(settings, now() - MAX_AGE)
        due = ids_due(known, _listed_ids(settings.lake), now())
        report.due = len(due)
        batches = deque(batches_of(due, refused_in))
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
    again = split_batch(ids, response.feed.errors)
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
    tables = take_in(settings, arxiv_tables, landed, response.body)
    found = set(tables["arxiv_papers"]["paper_id"].to_pylist())
    report.found += len(found)
    report.quarantined += tables["quarantined_records"].num_rows
    if not again:
        report.asked += len(ids)
        if not response.feed.errors and not response.feed.refused:
            report.unknown += [each for each in ids if each not in found]
    return again


def _listed_ids(root: Path) -> list[str]:
    """The ids of real listings, the newest listing date first."""
    table = lake.scan(root, "listings").to_table(
        columns=["paper_id", "listing_date"], filter=ds.field("source") != "demo"
    )
    newest = table.group_by("paper_id").aggregate([("listing_date", "max")])
    order = [("listing_date_max", "descending"), ("paper_id", "descending")]
    ids: list[str] = newest.sort_by(order)["paper_id"].to_pylist()
    return ids


def _known(settings: Settings, since: datetime) -> tuple[dict[str, datetime], dict[str, int]]:
    """When arXiv last answered for each id, and the smallest batch in which others were refused.

    Found ones by the lake, the others by landing. An answer of a process that was killed before it
    wrote its rows gets into the lake here.
    """
    refused_in: dict[str, int] = {}
    papers = lake.scan(settings.lake, "arxiv_papers").to_table(columns=["paper_id", "observed_at"])
    newest = papers.group_by("paper_id").aggregate([("observed_at", "max")])
    known = dict(
        zip(newest["paper_id"].to_pylist(), newest["observed_at_max"].to_pylist(), strict=True)
    )
    for place in iter_landed(settings.landing, KIND):
        if place.stamp < stamp_of(since):
            continue
        try:
            envelope, body = read_landed(settings.landing / place.path)
        except LandingError:
            continue  # its papers are asked for again
        landed = Landed(place.path, envelope, is_new=False)
        if is_unread(settings.landing, place.observation):
            take_in(settings, arxiv_tables, landed, body)
        ids = envelope["ids"]
        if envelope["is_answered"]:
            known |= dict.fromkeys(ids, landed.observed_at)
        else:
            refused_in |= {each: min(len(ids), refused_in.get(each, BATCH)) for each in ids}
    return known, refused_in
