"""A build of one small mart, made in a moment, and what readers get once it is published.

What does not belong here: expectations.
"""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb

from orchestration import audit
from orchestration.settings import Settings

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def build(settings: Settings, papers: int) -> None:
    """A build database with one mart, and the mark of passed tests."""
    settings.build_database.unlink(missing_ok=True)
    with duckdb.connect(str(settings.build_database)) as connection:
        connection.execute(
            "create table papers as select 'p' || i as paper_id, i as upvotes, 'Title ' || i as"
            " title, 'Some words' as abstract, ['Ada Moss'] as authors, ['tides'] as topics,"
            " null::varchar as organization_id, null::varchar as organization_name, ['cs.LG'] as"
            " categories, 'cs.LG' as primary_category, 'moss' as submitter_username,"
            " date '2026-11-20' as first_listed_on, null::date as published_on,"
            " null::varchar as github_url, null::varchar as project_url"
            f" from range({papers}) as numbers (i)"
        )
        connection.execute("comment on column papers.upvotes is 'People''s votes'")
    audit.pass_build(settings)


def published_papers(settings: Settings) -> int:
    """How many papers whoever follows the link finds."""
    with duckdb.connect(str(settings.link), read_only=True) as connection:
        row = connection.execute("select count(*) from papers").fetchone()
    assert row is not None
    return int(row[0])
