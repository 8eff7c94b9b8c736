"""More about the papers that trend: the hub's page of one paper, with what is linked to it.

What does not belong here: the client (``hub.py``), listings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pyarrow as pa
import pyarrow.dataset as ds
from msgspec import Struct
from pydantic_core import to_json

from orchestration.collect import lake
from orchestration.collect.asking import ask_each
from orchestration.collect.hub import HubClient, HubError, RefusedError
from orchestration.collect.intake import take_in
from orchestration.collect.landing import Landed, is_content, land, last_landed
from orchestration.collect.records import NotReadError, Refused, load_json, payload_of, read
from orchestration.collect.rows import quarantine_table
from orchestration.collect.shapes import Count, Paper, Text
from orchestration.settings import Settings

KIND: Final = "detail"
TREND_DAYS: Final = 14
TREND_PLACES: Final = 10
MAX_AGE: Final = timedelta(days=1)
_LINKED: Final = ("Models", "Datasets", "Spaces")


class _Repository(Struct):
    id: Text = None
    likes: Count = None
    downloads: Count = None


class _Detail(Paper, forbid_unknown_fields=True):
    linkedModels: list[_Repository] | None = None
    linkedDatasets: list[_Repository] | None = None
    linkedSpaces: list[_Repository] | None = None
    numTotalModels: Count = None
    numTotalDatasets: Count = None
    numTotalSpaces: Count = None


@dataclass
class DetailsReport:
    """What a run asked and got: papers due, rows written, ids the hub gave nothing for.

    ``problems`` names the papers that a later run asks about again.
    """

    due: int = 0
    written: int = 0
    missing: int = 0
    quarantined: int = 0
    problems: list[str] = field(default_factory=list)

    def metadata(self) -> dict[str, int | str]:
        """The report as plain values, for whoever shows it."""
        return {**vars(self), "problems": "; ".join(self.problems)}

    def lines(self) -> list[str]:
        """The report in sentences."""
        said = (
            f"details: {self.due} papers due, {self.written} written, {self.missing} not given, "
            f"{self.quarantined} quarantined"
        )
        return [said, *(f"details: {problem}" for problem in self.problems)]


def details_due(
    trending: Iterable[str], asked: Mapping[str, datetime], now: datetime, budget: int
) -> list[str]:
    """The trending papers to ask about: never asked ones first, then the oldest answers.

    Args:
        trending: ids in the order of wish.
        asked: when each was asked about last.
        now: aware instant; an answer younger than a day is not due.
        budget: most ids.
    """
    due = [i for i in dict.fromkeys(trending) if i not in asked or now - asked[i] >= MAX_AGE]
    never = datetime.min.replace(tzinfo=UTC)
    return sorted(due, key=lambda each: asked.get(each, never))[:budget]


def detail_tables(landed: Landed, body: bytes) -> dict[str, pa.Table]:
    """The rows of a landed answer for each dataset; a refusal gives none."""
    if not is_content(landed.envelope):
        return {}
    rows: list[dict[str, Any]] = []
    refused: list[Refused] = []
    facts = {"observed_at": landed.observed_at, "landed_in": landed.path}
    try:
        rows.append(_row(*read(load_json(body), _Detail)) | facts)
    except ValueError as error:
        reason = str(error) if isinstance(error, NotReadError) else f"not JSON: {error}"
        refused.append(Refused("$", reason, payload_of(body)))
    return {
        "paper_details": lake.rows("paper_details", rows),
        "quarantined_records": quarantine_table(
            refused,
            source=KIND,
            landed_in=[landed.path] * len(refused),
            first_seen_at=landed.observed_at,
        ),
    }


def collect_details(
    settings: Settings,
    client: HubClient,
    *,
    budget: int = 50,
    now: Callable[[], datetime] | None = None,
) -> DetailsReport:
    """Ask the hub about the papers that trend. Never raises for what the hub does.

    Args:
        settings: where landing and lake are.
        client: open client of the hub.
        budget: most papers of this run.
        now: the clock, the hub's by default.
    """
    clock = now or client.now
    report = DetailsReport()
    with lake.reading(settings.lake):
        lake.prepare(settings.lake)
        trending = _trending(settings.lake, clock())
        # Whatever came the last time: else papers that the hub refuses would use up the budget.
        asked = last_landed(settings.landing, KIND, trending)
        due = details_due(trending, asked, clock(), budget)
        report.due = len(due)
        asking = [(each, f"/api/papers/{quote(each, safe='/')}", None) for each in due]
        for paper_id, answer in ask_each(client, asking):
            if isinstance(answer, RefusedError):
                report.missing += 1
                answer = answer.answer
            elif isinstance(answer, HubError):
                report.problems.append(f"{paper_id}: {answer}")
                continue
            at = clock()
            landed = land(settings.landing, KIND, paper_id, at, 0, answer.body, **answer.facts())
            tables = take_in(settings, detail_tables, landed, answer.body)
            if tables:
                report.written += tables["paper_details"].num_rows
                report.quarantined += tables["quarantined_records"].num_rows
    return report


def _row(detail: _Detail, unknown: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "paper_id": detail.id,
        "upvotes": detail.upvotes,
        "github_stars": detail.githubStars,
        "extra": to_json(unknown).decode() if unknown else None,
    }
    for name in _LINKED:
        linked: list[_Repository] | None = getattr(detail, f"linked{name}")
        if linked is not None:
            row[f"linked_{name.lower()}"] = [
                {
                    "repository_id": repository.id,
                    "likes": repository.likes,
                    "downloads": repository.downloads,
                }
                for repository in linked
            ]
        row[f"linked_{name.lower()}_total"] = getattr(detail, f"numTotal{name}")
    return row


def _trending(root: Path, now: datetime) -> list[str]:
    """The papers with most upvotes of each recent listing day, by their newest observation."""
    since = now.date() - timedelta(days=TREND_DAYS)
    is_recent_day = (
        (ds.field("listing_kind") == "day")
        & (ds.field("source") != "demo")
        & (ds.field("listing_date") >= since)
    )
    columns = ["listing_date", "paper_id", "observed_at", "upvotes"]
    table = lake.scan(root, "listings").to_table(columns=columns, filter=is_recent_day)
    newest: dict[tuple[Any, str], tuple[datetime, int]] = {}
    for row in table.to_pylist():
        key = (row["listing_date"], row["paper_id"])
        seen = (row["observed_at"], row["upvotes"] or 0)
        newest[key] = max(seen, newest.get(key, seen))
    days: dict[Any, list[tuple[int, str]]] = {}
    for (listing_date, paper_id), (_, upvotes) in newest.items():
        days.setdefault(listing_date, []).append((upvotes, paper_id))
    return [
        paper_id
        for listing_date in sorted(days, reverse=True)
        for _, paper_id in sorted(days[listing_date], reverse=True)[:TREND_PLACES]
    ]
