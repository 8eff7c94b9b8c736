"""Cards known by title only: finding their arXiv ids by the hub's search.

What does not belong here: joining cards to papers, which the marts do by folded title.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.dataset as ds

from orchestration.collect import lake
from orchestration.collect.asking import ask_each
from orchestration.collect.cards import fold_title
from orchestration.collect.hub import HubClient, HubError, RefusedError
from orchestration.collect.landing import last_landed
from orchestration.collect.searches import KIND, SEARCH_PATH, SearchesReport, keep_answer
from orchestration.settings import Settings

MAX_AGE: Final = timedelta(days=30)
_KEY: Final = "title:"


def titles_due(
    cards: Mapping[str, str],
    known_titles: Iterable[str],
    asked: Mapping[str, datetime],
    now: datetime,
    budget: int,
) -> list[str]:
    """The cards whose title to search for: never asked ones first, then the oldest answers.

    Args:
        cards: title of each ``page:`` id.
        known_titles: titles of papers that have a true id; their cards need no search.
        asked: when each card was searched for last; asked again after 30 days.
        now: aware instant.
        budget: most cards.
    """
    known = {fold_title(title) for title in known_titles}
    due = [
        card
        for card, title in cards.items()
        if fold_title(title) not in known and (card not in asked or now - asked[card] >= MAX_AGE)
    ]
    return sorted(due, key=lambda card: (card in asked, asked.get(card, now), card))[:budget]


def resolve_titles(
    settings: Settings,
    client: HubClient,
    *,
    budget: int = 50,
    now: Callable[[], datetime] | None = None,
) -> SearchesReport:
    """Search the hub for cards known by title only, and keep their one exact match.

    The match is a row of ``listings`` with the paper's true id, which the marts join to the card
    by folded title.

    Args:
        settings: where landing and lake are.
        client: open client of the hub.
        budget: most searches of this run.
        now: the clock, the hub's by default.
    """
    clock = now or client.now
    report = SearchesReport()
    with lake.reading(settings.lake):
        lake.prepare(settings.lake)
        cards, known_titles = _titles(settings.lake)
        last = last_landed(settings.landing, KIND, (f"{_KEY}{card}" for card in cards))
        asked = {key.removeprefix(_KEY): at for key, at in last.items()}
        due = titles_due(cards, known_titles, asked, clock(), budget)
        asking = [(card, SEARCH_PATH, {"q": cards[card]}) for card in due]
        for card, answer in ask_each(client, asking):
            if isinstance(answer, HubError):
                report.problems.append(str(answer))
                if not isinstance(answer, RefusedError):
                    continue
                answer = answer.answer
            key = f"{_KEY}{card}"
            report.resolved += keep_answer(
                settings, key, answer, clock(), report, title=cards[card]
            )
    return report


def _titles(root: Path) -> tuple[dict[str, str], list[str]]:
    """The cards known by title only, and the titles of papers that have a true id."""
    listed = lake.scan(root, "listings").to_table(
        columns=["paper_id", "title"], filter=ds.field("source") != "demo"
    )
    named = lake.scan(root, "arxiv_papers").to_table(columns=["paper_id", "title"])
    pairs = pa.concat_tables([listed, named]).group_by(["paper_id", "title"]).aggregate([])
    cards: dict[str, str] = {}
    known: list[str] = []
    for row in pairs.to_pylist():
        if row["paper_id"].startswith("page:"):
            cards[row["paper_id"]] = row["title"]
        elif row["title"]:
            known.append(row["title"])
    return cards, known
