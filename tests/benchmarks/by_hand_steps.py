"""Marts straight from the lake by scripts written by hand, beside dbt's road to the same marts.

The scripts are what a person would write for DuckDB alone: one statement where dbt has several
models, nothing kept that nobody reads. They hold for made-up lakes, which have no cards of saved
pages, no arXiv records and no history of others, and they know no reviewed author; so they do less
than dbt. Paths in them are relative to the data folder; their variables are the dbt project's own.

What does not belong here: the other comparisons of the marts (``mart_steps.py``).
"""

from __future__ import annotations

from pathlib import Path

import yaml

from orchestration.settings import load_settings
from orchestration.transform import DBT_PROJECT
from tests.benchmarks.comparing import same_rows
from tests.benchmarks.lake_steps import Running
from tests.benchmarks.mart_steps import WITHOUT_TESTS, connected, run_dbt

SCRIPTS = Path(__file__).with_name("by_hand")
ORDER = (
    "papers",
    "topics",
    "mentions",
    "identity",
    "coauthors",
    "organizations",
    "authors",
    "trends",
    "texts",
    "wide",
)
"""Each script reads tables of those before it."""

MARTS = (
    "author_months",
    "authors",
    "coauthors",
    "listing_days",
    "organization_months",
    "organizations",
    "paper_authors",
    "paper_links",
    "paper_listings",
    "paper_observations",
    "paper_scale_claims",
    "paper_titles",
    "paper_topics",
    "papers",
    "search_documents",
    "submitters",
    "topic_weeks",
    "topics",
    "trending_papers",
    "what_is_special",
)
"""The marts that the scripts make, all but seven: of a made-up lake ``paper_aliases`` and
``quarantined_records`` are empty, ``build_info``, ``field_months`` and ``metrics_glossary`` have
few rows, ``listing_observations`` copies the lake's, and ``author_links`` explains
``paper_authors`` to readers.
"""


def by_dbt() -> Running:
    """Build the marts and what they are made from with dbt, without tests."""
    return (yield from run_dbt(("--select", *(f"+{mart}" for mart in MARTS), *WITHOUT_TESTS)))


def by_hand() -> Running:
    """Make the marts with the scripts."""
    settings = load_settings()
    database = settings.home / "by_hand.duckdb"
    database.unlink(missing_ok=True)
    variables = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text())["vars"]
    yield
    with connected(settings, database) as connection:
        connection.execute("set variable seeds = ?", [str(DBT_PROJECT / "seeds")])
        for name, value in variables.items():
            connection.execute(f"set variable {name} = ?", [value])
        for script in ORDER:
            connection.execute((SCRIPTS / f"{script}.sql").read_text())
    return {"marts": len(MARTS), "bytes": database.stat().st_size}


def compare() -> Running:
    """Hold the marts of the scripts against dbt's.

    Raises:
        ValueError: the scripts no longer make what dbt makes.
    """
    settings = load_settings()
    yield
    return same_rows(settings.build_database, settings.home / "by_hand.duckdb", MARTS)
