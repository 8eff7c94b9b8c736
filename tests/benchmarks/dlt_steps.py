"""The peer of collecting: the same days of the same hub through a dlt pipeline, and dbt after it.

dlt is no part of the product: its steps are measured where the ``bench`` extra is installed. It is
given what is best for it: nested fields stay JSON, so each paper is one row and no table is split
off. What does not belong here: Papertide's own steps (``lake_steps.py``, ``mart_steps.py``).
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb

from orchestration.collect import lake
from orchestration.settings import load_settings
from tests.benchmarks.comparing import same_rows
from tests.benchmarks.lake_steps import Running, days_until
from tests.benchmarks.mart_steps import WITHOUT_TESTS, run_dbt

IS_THERE = find_spec("dlt") is not None
SKIPPED = "no dlt here: .venv/bin/uv pip install -p .venv -e '.[bench]'"

COMPARED = (
    "authors",
    "coauthors",
    "organizations",
    "paper_authors",
    "paper_links",
    "paper_listings",
    "paper_scale_claims",
    "paper_topics",
    "papers",
    "submitters",
    "topic_weeks",
    "topics",
)
OF_THE_MOMENT = ("score", "score_method", "score_shrunk", "rank_on_day")
"""Columns that follow from when a day was observed, and from the hub's own order of equals."""

_LISTED = """
copy (
    select
        'hub' as source, 'day' as listing_kind, paper ->> 'id' as paper_id, title,
        cast(listing_date as date) as listing_date,
        observed_at,
        cast(row_number() over (partition by listing_date order by upvotes desc) as bigint) as rank,
        abstract, upvotes, num_comments, published_at, submitted_at, submitter_username,
        submitter_name, author_count, authors, organization_id, organization_name, github_url,
        project_url, github_stars, ai_summary, ai_keywords, '' as landed_in,
        cast(1 as bigint) as schema_version
    from (
        select
            *,
            trim(regexp_replace(paper ->> 'title', '\\s+', ' ', 'g')) as title,
            trim(regexp_replace(paper ->> 'summary', '\\s+', ' ', 'g')) as abstract,
            cast(paper ->> 'upvotes' as bigint) as upvotes,
            cast(paper ->> 'publishedAt' as timestamptz) as published_at,
            cast(paper ->> 'submittedOnDailyAt' as timestamptz) as submitted_at,
            coalesce(
                submitted_by ->> 'name', paper ->> '$.submittedOnDailyBy.user',
                paper ->> '$.submittedOnDailyBy.name'
            ) as submitter_username,
            coalesce(
                submitted_by ->> 'fullname', paper ->> '$.submittedOnDailyBy.fullname'
            ) as submitter_name,
            cast(json_array_length(paper, 'authors') as bigint) as author_count,
            list_transform(
                from_json(paper -> 'authors', '[{"_id": "VARCHAR", "name": "VARCHAR",
                    "hidden": "BOOLEAN",
                    "user": {"user": "VARCHAR", "name": "VARCHAR", "fullname": "VARCHAR"},
                    "status": "VARCHAR", "statusLastChangedAt": "TIMESTAMPTZ"}]'),
                lambda a: struct_pack(author_line_id := a._id, name := a.name,
                    username := coalesce(a.user.user, a.user.name),
                    full_name := a.user.fullname, status := a.status,
                    status_changed_at := a.statusLastChangedAt, is_hidden := a.hidden)
            ) as authors,
            coalesce(paper -> 'organization', organization) ->> 'name' as organization_id,
            coalesce(
                coalesce(paper -> 'organization', organization) ->> 'fullname',
                coalesce(paper -> 'organization', organization) ->> 'name'
            ) as organization_name,
            paper ->> 'githubRepo' as github_url, paper ->> 'projectPage' as project_url,
            cast(paper ->> 'githubStars' as bigint) as github_stars,
            paper ->> 'ai_summary' as ai_summary,
            cast(paper -> 'ai_keywords' as varchar[]) as ai_keywords
        from (
            select
                cast(paper as json) as paper, cast(submitted_by as json) as submitted_by,
                cast(organization as json) as organization, num_comments,
                _days_day as listing_date,
                -- Of two listings of a paper the later one is the newer word, as when days are
                -- asked for one after another.
                timestamptz '{now}' + to_microseconds(cast(_days_day as date) - date '2023-01-01')
                    as observed_at
            from read_parquet('{folder}/tide/daily_papers/**/*.parquet', union_by_name = true)
        )
    )
) to '{target}' (format parquet, compression zstd)
"""


def collect(hub_url: str, days: int, last_day: str) -> Running:
    """Ask for the days with dlt's REST source, page by page, and load them as Parquet."""
    folder = load_settings().home / "dlt"
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    import dlt
    from dlt.sources.rest_api import rest_api_source

    asked = [{"day": str(day)} for day in days_until(last_day, days)]
    daily_papers: dict[str, Any] = {
        "name": "daily_papers",
        "endpoint": {
            "path": "/api/daily_papers?date={resources.days.day}&limit=100",
            "paginator": {"type": "header_link", "links_next_key": "next"},
        },
        "include_from_parent": ["day"],
        "max_table_nesting": 0,
        "parallelized": True,
    }
    source = rest_api_source(
        {
            "client": {"base_url": hub_url},
            "resources": [dlt.resource([asked], name="days"), daily_papers],
        }
    )
    pipeline = dlt.pipeline(
        "tide",
        destination=dlt.destinations.filesystem(folder.as_uri()),
        dataset_name="tide",
        pipelines_dir=str(folder / "state"),
    )
    yield
    pipeline.run(source, loader_file_format="parquet")
    yield
    counts = pipeline.last_trace.last_normalize_info.row_counts
    return {"papers": counts["daily_papers"], "dlt": dlt.__version__}


def models() -> Running:
    """Give what dlt loaded the lake's columns, then build the same models with the same dbt."""
    settings = load_settings()
    lake.prepare(settings.lake)
    building = run_dbt(WITHOUT_TESTS)
    next(building)
    yield
    target = settings.lake / "listings" / "by_dlt.parquet"
    now = datetime.now(UTC).isoformat()
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        listed = _LISTED.replace("{now}", now).replace("{folder}", str(settings.home / "dlt"))
        connection.execute(listed.replace("{target}", str(target)))
        _observe(connection, target, settings.lake / "observations" / "by_dlt.parquet")
    return (yield from building)


def compare() -> Running:
    """Hold the marts of both roads against each other, but for when and in what order papers came.

    Raises:
        ValueError: dlt's road leads elsewhere.
    """
    settings = load_settings()
    yield
    theirs = settings.home / "dlt" / settings.build_database.name
    return same_rows(
        settings.build_database,
        theirs,
        COMPARED,
        left_out=OF_THE_MOMENT,
        left_out_types=["TIMESTAMP"],
    )


def _observe(connection: duckdb.DuckDBPyConnection, listings: Path, target: Path) -> None:
    connection.execute(
        f"""copy (
            select source, listing_kind, listing_date, observed_at, count(*) as papers,
                true as is_end_seen, 'complete' as status, cast(1 as bigint) as schema_version
            from '{listings}' group by all
        ) to '{target}' (format parquet, compression zstd)"""
    )
