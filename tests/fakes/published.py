"""A small published version with the columns that feeds and digests read, made in a second.

The columns are the data dictionary's; that dbt really builds them is tested with the real build.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

BUILT_AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
"""A Monday."""

TABLES = """
create table papers (
    paper_id text, title text, abstract text, published_on date, first_listed_on date,
    author_count bigint, authors text[], organization_id text, organization_name text,
    submitter_username text, upvotes bigint, github_url text, project_url text, topics text[],
    primary_category text, categories text[], score double, first_observed_at timestamptz,
    arxiv_url text
);
create table paper_listings (
    paper_id text, listing_date date, score double, upvotes bigint
);
create table trending_papers (
    period text, period_start_on date, rank bigint, paper_id text, score double, upvotes bigint
);
create table topics (
    topic text, papers bigint, is_rising boolean, recent_papers bigint, expected_papers double,
    rising_ratio double, rising_rank bigint
);
create table listing_days (listing_date date, status text, papers bigint);
create table build_info (version text, built_at timestamp, has_demo_data boolean);
"""


def paper(number: int, listed: date, **values: Any) -> dict[str, Any]:
    """A paper listed on ``listed`` and first seen at ten o'clock of that day."""
    return {
        "paper_id": f"2611.{number:05d}",
        "title": f"Paper {number} on topic {number % 7}",
        "abstract": f"We study number {number} of the things that matter.",
        "first_listed_on": listed,
        "published_on": listed,
        "author_count": 2,
        "authors": [f"First Author{number % 50}", "Second Author"],
        "upvotes": number % 40,
        "score": (number * 37 % 100) / 10,
        "topics": [f"topic {number % 7}", "language model"],
        "first_observed_at": datetime(listed.year, listed.month, listed.day, 10, tzinfo=UTC),
        "arxiv_url": f"https://arxiv.org/abs/2611.{number:05d}",
    } | values


def write_version(
    path: Path,
    papers: list[dict[str, Any]],
    partial: frozenset[date] = frozenset(),
    empty: frozenset[date] = frozenset(),
    built_at: datetime = BUILT_AT,
) -> Path:
    """Write a version with the papers; days are complete but those named.

    Trending are all papers, best score first; the first topic rises.
    """
    unfinished = path.with_suffix(".tmp")
    unfinished.unlink(missing_ok=True)
    with duckdb.connect(str(unfinished)) as connection:
        connection.execute(TABLES)
        for row in papers:
            names = ", ".join(row)
            holders = ", ".join("?" * len(row))
            connection.execute(
                f"insert into papers ({names}) values ({holders})", list(row.values())
            )
        _derive(connection, partial, empty, built_at)
    # As a publication does: a new file under the name, never a change of an open one.
    return unfinished.replace(path)


def _derive(
    connection: duckdb.DuckDBPyConnection,
    partial: frozenset[date],
    empty: frozenset[date],
    built_at: datetime,
) -> None:
    connection.execute(
        "insert into paper_listings select paper_id, first_listed_on, score, upvotes from papers"
        " where first_listed_on is not null"
    )
    connection.execute(
        "insert into trending_papers select 'week', $week,"
        " row_number() over (order by score desc, paper_id), paper_id, score, upvotes from papers",
        {"week": built_at.date()},
    )
    connection.execute(
        "insert into topics select topic, papers, rank = 1, papers, papers / 3, 3.0,"
        " case when rank = 1 then 1 end from ("
        "select topic, count(*) as papers, row_number() over (order by topic) as rank"
        " from (select unnest(topics) as topic from papers) group by topic)"
    )
    connection.execute(
        "insert into listing_days select listing_date, 'complete', count(*) from paper_listings"
        " group by listing_date"
    )
    for day in partial:
        connection.execute(
            "update listing_days set status = 'partial' where listing_date = ?", [day]
        )
    for day in empty:
        connection.execute("insert into listing_days values (?, 'empty', 0)", [day])
    connection.execute("insert into build_info values ('test', ?, false)", [built_at])
