"""One mart straight from the lake by a script written by hand, beside dbt's road to the same mart.

What does not belong here: the other comparisons of the marts (``mart_steps.py``).
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import yaml

from orchestration.settings import PROJECT_ROOT, load_settings
from orchestration.transform import DBT_PROJECT
from tests.benchmarks.lake_steps import Running
from tests.benchmarks.mart_steps import WITHOUT_TESTS, connected, run_dbt

SCRIPT = Path(__file__).with_name("marts_by_hand.sql")
MART = "paper_topics"
VARIABLES = ("topic_min_keyword_papers", "topic_min_papers")


def by_dbt() -> Running:
    """Build the mart and what it is made from with dbt, without tests."""
    return (yield from run_dbt(("--select", f"+{MART}", *WITHOUT_TESTS)))


def by_hand() -> Running:
    """Make the mart with the script."""
    settings = load_settings()
    database = settings.home / "by_hand.duckdb"
    database.unlink(missing_ok=True)
    variables = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text())["vars"]
    yield
    with connected(settings, database) as connection:
        connection.execute(f"set variable seeds = '{PROJECT_ROOT / 'dbt_project' / 'seeds'}'")
        for name in VARIABLES:
            connection.execute(f"set variable {name} = {variables[name]}")
        connection.execute(SCRIPT.read_text())
        rows = connection.execute(f"select count(*) from {MART}").fetchone()
    return {"rows": rows and rows[0]}


def compare() -> Running:
    """Count the rows in which the two differ."""
    settings = load_settings()
    yield
    with duckdb.connect(str(settings.home / "by_hand.duckdb"), read_only=True) as connection:
        connection.execute(f"attach '{settings.build_database}' as build (read_only)")
        hand, built = f"select * from {MART}", f"select * from build.main.{MART}"
        counted = connection.execute(
            f"""select (select count(*) from ({hand} except all {built})),
            (select count(*) from ({built} except all {hand}))"""
        ).fetchone()
    return dict(zip(("only_by_hand", "only_by_dbt"), counted or (), strict=True))
