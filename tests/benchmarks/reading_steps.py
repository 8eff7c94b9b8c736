"""Steps after the marts: publication, the search index, what the dashboard asks.

What does not belong here: building what is read.
"""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable

from dashboard.data import listings, organizations, papers, people, search, trends, warehouse
from orchestration.publish import indexing, snapshot
from orchestration.settings import load_settings
from tests.benchmarks.lake_steps import Running

REPEATS = 3


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
    settings = load_settings()
    yield
    documents = indexing.build(settings.link.resolve(), settings.home / "search")
    shutil.rmtree(settings.home / "search")
    return {"documents": documents}


def dashboard() -> Running:
    """Ask what the dashboard's pages ask, each query with an empty cache."""
    house = warehouse.current()
    newest = listings.newest_day(house)
    if newest is None:
        raise RuntimeError("nothing is listed")
    month, everything = newest.replace(day=1), listings.Filters()
    entity = {
        table: (
            house.run(f"select {table[:-1]}_id as id from {table} order by {by} limit 1").first
            or {}
        )["id"]
        for table, by in (
            ("papers", "upvotes desc nulls last"),
            ("authors", "papers desc"),
            ("organizations", "papers desc"),
        )
    }
    asked: dict[str, Callable[[], object]] = {
        "day": lambda: listings.listing(house, newest, newest, "score", everything),
        "month": lambda: listings.listing(house, month, newest, "score", everything),
        "filters": lambda: listings.choices(house, month, newest),
        "coverage": lambda: listings.listing_days(house),
        "paper": lambda: papers.paper(house, entity["papers"]),
        "upvotes": lambda: papers.upvote_curve(house, entity["papers"]),
        "rising topics": lambda: trends.rising_topics(house),
        "topic names": lambda: trends.topic_names(house),
        "authors": lambda: people.leaderboard(house, "papers", 2),
        "author": lambda: people.papers_of(house, entity["authors"]),
        "coauthors": lambda: people.coauthors_of(house, entity["authors"]),
        "organizations": lambda: organizations.leaderboard(house, "papers", 2),
        "organization": lambda: organizations.papers_of(house, entity["organizations"]),
    }
    if house.search_index.exists():
        asked["search"] = lambda: search.search(house, "sparse attention")
    yield
    return {name: round(_median_seconds(query), 4) for name, query in asked.items()}


def _median_seconds(query: Callable[[], object]) -> float:
    seconds = []
    for _ in range(REPEATS):
        warehouse._run.cache_clear()  # each answer is kept otherwise
        started = time.perf_counter()
        query()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)
