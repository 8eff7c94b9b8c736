"""The hub's search as a source: an answer is a listing of kind ``search``; saved searches ask it.

What does not belong here: the format of saved searches and their grammar (``publish/searches.py``,
``publish/query.py``), searches for one title (``titles.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import pyarrow as pa

from orchestration.collect import lake
from orchestration.collect.asking import ask_each
from orchestration.collect.cards import fold_title
from orchestration.collect.hub import Answer, HubClient, HubError
from orchestration.collect.intake import take_in
from orchestration.collect.landing import Landed, is_content, land
from orchestration.collect.records import Refused, parse_body
from orchestration.collect.rows import listing_table, quarantine_table
from orchestration.collect.shapes import Record
from orchestration.publish.query import Kind, Query
from orchestration.publish.searches import read_searches
from orchestration.settings import Settings

KIND: Final = "search"
SEARCH_PATH: Final = "/api/papers/search"
# What the hub's search looks into; the other parts of a query only make sense on our own tables.
_ASKED: Final = frozenset({Kind.WORDS, Kind.PREFIX, Kind.AUTHOR, Kind.TOPIC, Kind.ORGANIZATION})


@dataclass
class SearchesReport:
    """What a run asked and got.

    Attributes:
        asked: searches that the hub answered.
        papers: rows of ``listings`` written.
        resolved: titles whose paper was found, one and only one.
        quarantined: records that could not be read.
        problems: what is wrong with saved searches, and why a run stopped early.
    """

    asked: int = 0
    papers: int = 0
    resolved: int = 0
    quarantined: int = 0
    problems: list[str] = field(default_factory=list)

    def metadata(self) -> dict[str, int | str]:
        """The report as plain values, for whoever shows it."""
        return {**vars(self), "problems": "; ".join(self.problems)}

    def lines(self) -> list[str]:
        """The report in sentences."""
        said = (
            f"searches: {self.asked} asked, {self.papers} papers, {self.resolved} titles resolved, "
            f"{self.quarantined} quarantined"
        )
        return [said, *(f"searches: {problem}" for problem in self.problems)]


def hub_query(query: Query) -> str:
    """What to ask the hub for a saved search: its words; empty when it has filters only."""
    parts = (part for part in query.parts if part.kind in _ASKED and not part.negated)
    return " ".join(part.value for part in parts)


def only_match(records: Iterable[tuple[int, Record]], title: str) -> list[tuple[int, Record]]:
    """The record of this very title, white space, case and punctuation aside, if there is one only.

    Near hits never count, nor do two papers of one title.
    """
    folded = fold_title(title)
    found = [
        (position, record)
        for position, record in records
        if fold_title(record.paper.title or record.title or "") == folded
    ]
    is_sure = folded and len({record.paper.id for _, record in found}) == 1
    return found if is_sure else []


def search_tables(landed: Landed, body: bytes) -> dict[str, pa.Table]:
    """The rows of a landed answer for each dataset; a refusal gives none.

    Of a search for one title (``title`` in the envelope) only its one exact match is a row: the
    other results were not looked for.
    """
    if not is_content(landed.envelope):
        return {}
    parsed = parse_body(body)
    records, refused = parsed.records, list(parsed.refused)
    if (title := landed.envelope.get("title")) is not None:
        records = only_match(records, title)
    kept: dict[str, tuple[int, Record]] = {}
    for position, record in records:
        paper_id = record.paper.id
        if paper_id in kept:
            reason = f"{paper_id} stands twice in the results"
            refused.append(Refused(f"$[{position}]", reason, paper_id))
        kept.setdefault(paper_id, (position, record))
    facts: dict[str, Any] = {
        "source": KIND,
        "listing_kind": "search",
        "listing_date": landed.observed_at.date(),
        "observed_at": landed.observed_at,
    }
    observation = {
        **facts,
        "pages_fetched": 1,
        "rows_per_page": [parsed.rows],
        "papers": len(kept),
        "quarantined": len(refused),
        # The hub gives a search's best results, never all of them.
        "is_end_seen": False,
        "status": "partial" if parsed.rows else "empty",
        "landed_in": [landed.path],
    }
    return {
        "listings": listing_table(
            [record for _, record in kept.values()],
            ranks=[position + 1 for position, _ in kept.values()],
            landed_in=[landed.path] * len(kept),
            **facts,
        ),
        "quarantined_records": quarantine_table(
            refused,
            source=KIND,
            landed_in=[landed.path] * len(refused),
            first_seen_at=landed.observed_at,
        ),
        "observations": lake.rows("observations", [observation]),
    }


def collect_searches(
    settings: Settings, client: HubClient, *, now: Callable[[], datetime] | None = None
) -> SearchesReport:
    """Ask the hub each saved search of ``PAPERTIDE_HOME/searches/``. Never raises for its answers.

    Args:
        settings: where searches, landing and lake are.
        client: open client of the hub.
        now: the clock, the hub's by default.
    """
    report = SearchesReport()
    searches, report.problems = read_searches(settings.searches)
    with lake.reading(settings.lake):
        lake.prepare(settings.lake)
        words = {saved.slug: hub_query(saved.search.parsed) for saved in searches}
        report.problems += [
            f"{slug}: has no words to ask the hub for" for slug, asked in words.items() if not asked
        ]
        asking = [(slug, SEARCH_PATH, {"q": asked}) for slug, asked in words.items() if asked]
        for slug, answer in ask_each(client, asking):
            if isinstance(answer, HubError):
                report.problems.append(f"{slug}: {answer}")
                continue
            keep_answer(settings, slug, answer, (now or client.now)(), report, query=words[slug])
    return report


def keep_answer(
    settings: Settings,
    key: str,
    answer: Answer,
    at: datetime,
    report: SearchesReport,
    **asked: str,
) -> int:
    """Land and write one answer, a refusal too; gives the rows of ``listings`` written."""
    body = answer.body
    landed = land(settings.landing, KIND, key, at, 0, body, **answer.facts(), **asked)
    tables = take_in(settings, search_tables, landed, body)
    if not tables:
        return 0
    report.asked += 1
    report.papers += tables["listings"].num_rows
    report.quarantined += tables["quarantined_records"].num_rows
    return tables["listings"].num_rows
