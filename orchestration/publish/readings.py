"""What feeds and digests read from a published version.

What does not belong here: how papers are shown.
"""

# ruff: noqa: S608 - what is put into the SQL is fixed here or in the grammar; values are parameters

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np

from orchestration.publish.facts import (
    Build,
    Day,
    Paper,
    Topic,
    Window,
    clean,
    paper_from,
)
from orchestration.publish.opened import opened
from orchestration.publish.query import Folded, Query
from orchestration.publish.searches import ORDERS, Order

_COLUMNS: Final = ", ".join(field.name for field in fields(Paper))


MADE: Final = Folded()
KEPT: Final = Folded("folded_words", "folded_authors", "folded_topics")


class Reader:
    """Reads one published version through a connection of its own."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._papers: dict[int, Paper] = {}
        self._has_words = False

    def build(self) -> Build:
        """The version's own facts."""
        rows = self._rows("select built_at, has_demo_data from warehouse.build_info")
        return Build(**rows[0])

    def newest_observation(self) -> int:
        """When the newest paper was first seen, in microseconds since 1970."""
        rows = self._rows("select coalesce(max(first_observed_us), 0) as newest from searchable")
        return int(rows[0]["newest"])

    def matching(
        self, query: Query, order: Order, limit: int, window: Window | None = None
    ) -> tuple[list[Paper], int]:
        """Papers that match, in order, and how many do; with a window only the news."""
        condition, values = query.where(KEPT)
        if KEPT.words in condition:
            self._fold_words()
        parameters: dict[str, object] = dict(values)
        news = "true"
        if window is not None:
            news = (
                "first_observed_us > $since_us and first_observed_us <= $through_us"
                " and first_listed_on >= $listed_from"
            )
            parameters |= asdict(window)
        found = self._connection.execute(
            f"select rowid as place, by_{order} as rank from searchable"
            f" where ({condition}) and {news}",
            parameters,
        ).fetchnumpy()
        best = found["place"][np.argsort(found["rank"])[:limit]]
        return self._at(best.tolist()), len(found["rank"])

    def listed(self, first: date, last: date, limit: int) -> list[Paper]:
        """Papers listed from ``first`` to ``last``, best score first."""
        rows = self._rows(
            f"""
            select {_COLUMNS} from searchable
            where paper_id in (
                select paper_id from warehouse.paper_listings
                where listing_date between $first and $last
            )
            order by {ORDERS["score"]} limit $limit
            """,
            {"first": first, "last": last, "limit": limit},
        )
        return [paper_from(row) for row in rows]

    def listed_ids(self, first: date, last: date) -> list[str]:
        """The ids of all papers listed from ``first`` to ``last``, sorted."""
        rows = self._rows(
            "select distinct paper_id from warehouse.paper_listings"
            " where listing_date between $first and $last order by paper_id",
            {"first": first, "last": last},
        )
        return [row["paper_id"] for row in rows]

    def trending(self, period: str, limit: int) -> list[Paper]:
        """The papers of the newest day, week or month that trends are known of, best first."""
        rows = self._rows(
            f"""
            with ranked as (
                select paper_id, rank from warehouse.trending_papers
                where
                    period = $period
                    and period_start_on = (
                        select max(period_start_on) from warehouse.trending_papers
                        where period = $period
                    )
            )
            select {_COLUMNS}
            from searchable
            inner join ranked using (paper_id)
            order by rank limit $limit
            """,
            {"period": period, "limit": limit},
        )
        return [paper_from(row) for row in rows]

    def rising_topics(self, limit: int) -> list[Topic]:
        """Topics on the rise, surest first."""
        rows = self._rows(
            "select topic, papers, recent_papers, expected_papers"
            " from warehouse.topics where is_rising order by rising_rank, topic limit $limit",
            {"limit": limit},
        )
        topics = [Topic(**{**row, "topic": clean(row["topic"])}) for row in rows]
        return [topic for topic in topics if topic.topic]

    def days(self, first: date | None = None) -> list[Day]:
        """Listing days that were observed, oldest first."""
        rows = self._rows(
            "select listing_date, status, papers from warehouse.listing_days"
            " where status <> 'missing' and ($first is null or listing_date >= $first)"
            " order by listing_date",
            {"first": first},
        )
        return [Day(**row) for row in rows]

    def missing_days(self, first: date, last: date) -> int:
        """How many expected days were not observed at all."""
        rows = self._rows(
            "select count(*) as days from warehouse.listing_days"
            " where status = 'missing' and listing_date between $first and $last",
            {"first": first, "last": last},
        )
        return int(rows[0]["days"])

    def _fold_words(self) -> None:
        """Fold the papers' words, once: a second that who asks for topics alone need not spend."""
        if not self._has_words:
            self._connection.execute(
                f"create or replace table searchable as"
                f" select *, {MADE.words} as {KEPT.words} from searchable"
            )
            self._has_words = True

    def _at(self, places: list[int]) -> list[Paper]:
        """The papers of some rows, in that order; each is read once."""
        missing = [place for place in places if place not in self._papers]
        if missing:
            rows = self._rows(
                f"select rowid as place, {_COLUMNS} from searchable"
                " where rowid in (select unnest($missing))",
                {"missing": missing},
            )
            self._papers |= {row["place"]: paper_from(row) for row in rows}
        return [self._papers[place] for place in places]

    def _rows(
        self, sql: str, parameters: Mapping[str, object] | None = None
    ) -> list[dict[str, Any]]:
        cursor = self._connection.execute(sql, dict(parameters or {}))
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def open_reader(warehouse_path: Path, listed_since: date | None = None) -> Iterator[Reader]:
    """A reader of a published file.

    Args:
        listed_since: only papers first listed on that day or later are searched; folding the words
            of a day's papers takes milliseconds, of all papers a second.
    """
    with opened(warehouse_path, "warehouse") as connection:
        # Small row groups, so that also a few thousand papers are searched by all cores.
        connection.execute("attach ':memory:' as words (row_group_size 2048)")
        connection.execute("use words")
        ranks = ", ".join(
            f"row_number() over (order by {sql}) as by_{order}" for order, sql in ORDERS.items()
        )
        connection.execute(
            f"""
            create table searchable as
            select
                *,
                epoch_us(first_observed_at) as first_observed_us,
                {ranks},
                {MADE.authors} as {KEPT.authors},
                {MADE.topics} as {KEPT.topics}
            from warehouse.papers
            where $listed_since is null or first_listed_on >= $listed_since
            """,
            {"listed_since": listed_since},
        )
        yield Reader(connection)
