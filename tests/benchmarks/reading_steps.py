"""Steps after the marts: publication, the search index, what the dashboard asks.

What does not belong here: building what is read.
"""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from dashboard.data import (
    coverage,
    listings,
    organizations,
    paged,
    papers,
    people,
    scale,
    search,
    trends,
    warehouse,
)
from dashboard.data.warehouse import Warehouse
from orchestration.publish import indexing, snapshot
from orchestration.settings import load_settings
from tests.benchmarks.lake_steps import Running
from tests.benchmarks.measure import Facts

REPEATS = 20


def publish() -> Running:
    """Publish what was built."""
    settings = load_settings()
    yield
    manifest = snapshot.publish(settings)
    return {"bytes": manifest.bytes, "rows": sum(manifest.rows.values())}


def copy_build() -> Running:
    """The least that publishing can be: copy the build database's bytes."""
    settings = load_settings()
    yield
    shutil.copyfile(settings.build_database, settings.home / "copy.duckdb")
    (settings.home / "copy.duckdb").unlink()
    return {}


def index() -> Running:
    """Build the full-text index of the published version anew."""
    return (yield from _indexed(previous=None))


def index_later() -> Running:
    """Build it from that of the version before."""
    settings = load_settings()
    _, before, *_ = reversed(snapshot.versions(settings))
    return (yield from _indexed(settings.published / before / snapshot.SEARCH_INDEX))


def _indexed(previous: Path | None) -> Running:
    settings = load_settings()
    folder = settings.home / "search"
    yield
    written = indexing.build(settings.link.resolve(), folder, previous=previous)
    yield
    size = sum(path.stat().st_size for path in folder.iterdir())
    shutil.rmtree(folder)
    return {"documents_written": written, "bytes": size}


def dashboard() -> Running:
    """Ask what the dashboard's pages ask, each query with an empty cache."""
    asked = _questions(warehouse.current())
    yield
    return _latencies(asked)


def searching() -> Running:
    """Ask what the search page asks."""
    house = warehouse.current()
    words = ("sparse attention", "diffusion", "reasoning -video", "topic:grounding has:code")
    yield
    return _latencies({query: partial(search.search, house, query) for query in words})


def _latencies(asked: dict[str, Callable[[], object]]) -> Facts:
    """How long each query takes, in milliseconds: half of the times, and nearly always."""
    found = {name: _milliseconds(query) for name, query in asked.items()}
    worst = max(times["p95"] for times in found.values())
    return {"worst_p95_ms": worst, "milliseconds": found}


def _questions(house: Warehouse) -> dict[str, Callable[[], object]]:
    """Each page's queries, of whoever has most: nobody else's take longer."""
    newest = listings.newest_day(house)
    if newest is None:
        raise RuntimeError("nothing is listed")
    month, everything = newest.replace(day=1), listings.Filters()

    def first(sql: str) -> Any:
        return next(iter((house.run(sql).first or {}).values()))

    paper = first("select paper_id from papers order by upvotes desc nulls last limit 1")
    author = first("select author_id from authors order by papers desc limit 1")
    lab = first("select organization_id from organizations order by papers desc limit 1")
    topic = first("select topic from topics order by papers desc limit 1")
    others = tuple(row["author_id"] for row in people.coauthors_of(house, author).rows)
    year = paged.Wanted("papers", 2, months=12)
    asked: dict[str, Callable[[], object]] = {
        "day": lambda: listings.listing(house, newest, newest, "score", everything),
        "month": lambda: listings.listing(house, month, newest, "score", everything),
        "filters of a day": lambda: listings.choices(house, newest, newest),
        "filters of a month": lambda: listings.choices(house, month, newest),
        "coverage": lambda: listings.listing_days(house),
        "fields filled": lambda: coverage.fields_filled(house),
        "observations by hour": lambda: coverage.observations_by_hour(house),
        "paper": lambda: papers.paper(house, paper),
        "upvotes": lambda: papers.upvote_curve(house, paper),
        "listed on": lambda: papers.listed_on(house, paper),
        "author lines": lambda: papers.author_lines(house, paper),
        "links": lambda: papers.links(house, paper),
        "rising topics": lambda: trends.rising_topics(house),
        "topic names": lambda: trends.topic_names(house),
        "topic weeks": lambda: trends.topic_weeks(house, (topic,)),
        "topic": lambda: trends.papers_of(house, topic),
        "beside a topic": lambda: trends.beside(house, topic),
        "special": lambda: trends.special(house, "author", author),
        "scale claims": lambda: scale.claims(house, "parameters"),
        "scale claims by month": lambda: scale.claims_by_month(house, "parameters"),
        "authors": lambda: paged.leaderboard(house, people.BOARD, paged.Wanted("papers", 2)),
        "authors of a year": lambda: paged.leaderboard(house, people.BOARD, year),
        "author": lambda: people.papers_of(house, author),
        "names of an author": lambda: people.names_of(house, author),
        "hidden papers of an author": lambda: people.hidden_papers_of(house, author),
        "namesakes of an author": lambda: people.namesakes_of(house, author),
        "topics of an author": lambda: people.topics_of(house, author),
        "coauthors": lambda: people.coauthors_of(house, author),
        "links among coauthors": lambda: people.links_among(house, others),
        "organizations": lambda: paged.leaderboard(
            house, organizations.BOARD, paged.Wanted("papers", 2)
        ),
        "organization": lambda: organizations.papers_of(house, lab),
        "months of an organization": lambda: organizations.months_of(house, lab),
        "authors of an organization": lambda: organizations.authors_of(house, lab),
        "topics of an organization": lambda: organizations.topics_of(house, lab),
        "topics of an organization over time": lambda: organizations.topics_over_time(house, lab),
    }
    if house.search_index.exists():
        asked["similar papers"] = lambda: papers.similar(house, paper)
    return asked


def _milliseconds(query: Callable[[], object]) -> dict[str, float]:
    times = []
    for _ in range(REPEATS):
        warehouse._run.cache_clear()  # each answer is kept otherwise
        started = time.perf_counter()
        query()
        times.append((time.perf_counter() - started) * 1000)
    percentiles = statistics.quantiles(times, n=20, method="inclusive")
    return {"p50": round(statistics.median(times), 1), "p95": round(percentiles[-1], 1)}
