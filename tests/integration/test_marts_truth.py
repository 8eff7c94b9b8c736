"""Marts built from a small lake whose right answers are written here.

What does not belong here: formulas over many papers (``test_marts_formulas.py``).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date, datetime
from math import sqrt
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration import transform
from orchestration.settings import Settings
from orchestration.transform import DBT_PROJECT
from tests.integration.small_lake import CARD, MONDAY, ONE, TWO, at, write_lake


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder with that lake and its build."""
    settings = Settings(home=tmp_path_factory.mktemp("truth"))
    write_lake(settings)
    with duckdb.connect(str(settings.build_database)) as connection:
        connection.execute("create table a_mart_of_long_ago as select 1 as paper_id")
    list(transform.build(settings))
    return settings


@pytest.fixture(scope="module")
def marts(built: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build database of that lake, read only."""
    with duckdb.connect(str(built.build_database), read_only=True) as connection:
        yield connection


def utc(day: int, hour: int) -> datetime:
    """An instant as the marts have it: UTC, without a zone."""
    return at(day, hour).replace(tzinfo=None)


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """What a query gives."""
    return connection.sql(sql).fetchall()


def test_only_what_the_project_has_is_built(marts: duckdb.DuckDBPyConnection) -> None:
    built = rows(
        marts, "select table_name from information_schema.tables where table_schema = 'main'"
    )
    models = {path.stem for path in (DBT_PROJECT / "models" / "marts").rglob("*.sql")}
    assert {table for (table,) in built} == models


def test_newest_observation_wins_field_by_field(marts: duckdb.DuckDBPyConnection) -> None:
    (paper,) = rows(
        marts,
        "select title, abstract, upvotes, num_comments, author_count, doi, categories,"
        " primary_category, published_on, organization_name, submitter_username, sources,"
        f" is_withdrawn from papers where paper_id = '{ONE}'",
    )
    assert paper == (
        "One: a new title", "A card's abstract.", 10, 1, 3, "10.1/one", ["cs.CL", "cs.LG"],
        "cs.CL", date(2026, 3, 1), "The Lab", "sue", ["arxiv", "hub", "page"], False,
    )  # fmt: skip


def test_links_are_safe_and_normalised(marts: duckdb.DuckDBPyConnection) -> None:
    assert rows(marts, f"select github_repo, project_url from papers where paper_id = '{ONE}'") == [
        ("owner/repo", None)
    ]
    assert rows(marts, "select paper_id, url, kind, found_in from paper_links order by all") == [
        (ONE, "https://github.com/owner/repo", "code", "field"),
        (ONE, "https://huggingface.co/owner/model", "model", "field"),
        (TWO, "https://github.com/owner/two", "code", "text"),
    ]


def test_cards_find_their_paper_and_stay_findable(marts: duckdb.DuckDBPyConnection) -> None:
    assert rows(marts, "from paper_aliases") == [(CARD, ONE)]
    assert rows(
        marts,
        "select title, first_listed_on, times_listed, published_on, published_year_inferred,"
        " author_count, authors, hub_url, sources from papers where paper_id like 'page:%'",
    ) == [("Unknown", None, 0, date(2026, 3, 1), True, 3, None, None, ["page"])]


def test_listing_days(marts: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        marts, "select listing_date, status, papers, observations from listing_days order by 1"
    ) == [
        (date(2026, 3, 2), "complete", 2, 2),
        (date(2026, 3, 3), "empty", 0, 2),
        (date(2026, 3, 4), "missing", 0, 0),
        (date(2026, 3, 5), "partial", 0, 1),
        (date(2026, 3, 6), "missing", 0, 0),
        (date(2026, 3, 9), "complete", 1, 2),
    ]


def test_listings_rank_by_the_days_last_observation(marts: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        marts,
        "select listing_date, rank_on_day, paper_id, upvotes, submitter_username, score,"
        " score_method from paper_listings order by 1, 2",
    ) == [
        (date(2026, 3, 2), 1, TWO, 12, "sue", sqrt(12) / 2, "rank on day"),
        (date(2026, 3, 2), 2, ONE, 9, "sue", -sqrt(12) / 2, "rank on day"),
        (date(2026, 3, 9), 1, TWO, 11, "joe", 0.0, "rank on day"),
    ]


def test_every_observation_is_kept_with_its_change(marts: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        marts,
        "select observed_at, listing_date, source, upvotes, upvotes_change, hours_since_listed"
        f" from paper_observations where paper_id = '{ONE}' order by 1",
    ) == [
        (utc(2, 9), MONDAY, "hub", 5, None, 9.0),
        (utc(2, 12), None, "recorder", 8, 3, 12.0),
        (utc(3, 9), MONDAY, "hub", 9, 1, 33.0),
        (utc(4, 9), None, "page", None, None, 57.0),
        (utc(11, 9), None, "hub", 10, 1, 225.0),
    ]
    assert rows(
        marts, f"select upvotes_change from paper_observations where paper_id = '{TWO}' order by 1"
    ) == [(-1,), (0,), (12,), (None,)]


def test_titles_are_remembered(marts: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        marts,
        "select title, valid_from_at, is_current from paper_titles"
        f" where paper_id = '{ONE}' order by title_number",
    ) == [
        (f"Paper {ONE}", utc(2, 9), False),
        # The card and arXiv spell it otherwise.
        ("One:  a new title", utc(3, 9), True),
    ]


def test_authors_keep_their_names_and_share_the_credit(marts: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        marts,
        "select position, name_as_listed, is_first, is_last, credit from paper_authors order by 1",
    ) == [(1, "Ann Smith", True, False, 0.5), (2, "Bo Li", False, True, 0.5)]
    assert rows(marts, "select name, hub_username, papers, upvotes_total, hub_h_index, coauthors"
                " from authors order by name") == [
        ("Ann Smith", "ann", 1, 10, 1, 1),
        ("Bo Li", None, 1, 10, 1, 1),
    ]  # fmt: skip


def test_submitters_share_the_listings(marts: duckdb.DuckDBPyConnection) -> None:
    assert rows(marts, "select submitter_username, papers, share_of_listings, upvotes_median"
                " from submitters order by 1") == [
        ("joe", 1, 1 / 3, 11.0),
        ("sue", 2, 2 / 3, 10.5),
    ]  # fmt: skip


def test_made_up_days_are_gone(marts: duckdb.DuckDBPyConnection) -> None:
    assert rows(marts, "select has_demo_data, first_listing_date, last_listing_date, papers"
                " from build_info") == [(False, MONDAY, date(2026, 3, 9), 3)]  # fmt: skip
    assert rows(marts, "select count(*) from papers where paper_id = '2603.99999'") == [(0,)]


def test_every_published_table_is_counted(marts: duckdb.DuckDBPyConnection) -> None:
    tables = [
        name
        for (name,) in rows(
            marts,
            "select table_name from information_schema.tables"
            " where table_schema = 'main' order by all",
        )
        if name != "build_info"
    ]
    assert len(tables) == 26
    counts = ", ".join(f"(select count(*) from {name})" for name in tables)
    assert rows(marts, f"select {', '.join(tables)} from build_info") == rows(
        marts, f"select {counts}"
    )


def test_the_glossary_tells_the_parameters_in_use(marts: duckdb.DuckDBPyConnection) -> None:
    variables = yaml.safe_load((transform.DBT_PROJECT / "dbt_project.yml").read_text())["vars"]
    told = {
        "score": ("score_growth", "score_hours", "score_history_days"),
        "rising_score": ("rising_times", "rising_min_papers"),
        "share_low_high": ("share_z",),
    }
    for metric, names in told.items():
        ((formula,),) = rows(
            marts, f"select formula from metrics_glossary where metric = '{metric}'"
        )
        assert all(re.search(rf"\b{variables[name]}\b", formula) for name in names), formula


def test_a_fault_that_lasts_is_one_row(marts: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        marts,
        "select landed_in, place, reason, times_seen, first_seen_at, last_seen_at"
        " from quarantined_records order by 1",
    ) == [
        ("history/x", "$", "no column source", 1, utc(2, 9), utc(2, 9)),
        ("history/y", "$", "no column source", 1, utc(2, 9), utc(2, 9)),
        ("hub/y", "$[4]", "no id", 2, utc(2, 9), utc(3, 9)),
    ]


def test_of_two_files_that_tell_one_instant_the_last_imported_wins(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    assert rows(
        marts,
        "select upvotes, num_comments, upvotes_change from paper_observations"
        f" where paper_id = '{TWO}' and source = 'recorder'",
    ) == [(12, 2, 0)]


def test_trending_knows_complete_days_only(marts: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        marts,
        "select period, period_start_on, rank, paper_id, upvotes_gained from trending_papers"
        " order by all",
    ) == [
        ("day", MONDAY, 1, TWO, 0),
        ("day", MONDAY, 2, ONE, 8),
        ("day", date(2026, 3, 9), 1, TWO, -1),
        ("month", date(2026, 3, 1), 1, TWO, 11),
        ("month", date(2026, 3, 1), 2, ONE, 10),
        ("week", MONDAY, 1, TWO, 12),
        ("week", MONDAY, 2, ONE, 9),
        ("week", date(2026, 3, 9), 1, TWO, -1),
    ]


def _published(settings: Settings, observations: str, aliases: str) -> None:
    """A version as an earlier build left it, with the rows of two queries."""
    version = settings.home / "published" / "20260313T090000Z"
    version.mkdir(parents=True)
    version.with_name(f"papers-{version.name}.manifest.json").touch()
    tables = {"paper_observations": observations, "paper_aliases": aliases}
    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        for table, query in tables.items():
            connection.execute(f"copy ({query}) to '{version / table}.parquet'")


@pytest.mark.parametrize(
    ("told_under", "is_accepted", "passes"),
    [("'2603.00009'", False, True), ("'2603.00010'", False, False), ("'2603.00010'", True, True)],
    ids=["a card parted from its paper", "a paper is gone", "a paper is gone on purpose"],
)
def test_what_was_published_is_told_again_or_the_build_fails(
    built: Settings, tmp_path: Path, told_under: str, is_accepted: bool, passes: bool
) -> None:
    """A card was a paper's until a second paper took the same title: it is a card again."""
    settings = Settings(home=tmp_path / "home", accept_vanished=is_accepted)
    shutil.copytree(built.home, settings.home)
    card = "page:00000000000b"
    _published(
        settings,
        f"select * replace (if(paper_id = '{card}', {told_under}, paper_id) as paper_id)"
        " from paper_observations",
        f"from paper_aliases union all select '{card}', '2603.00009'",
    )
    outcome = (
        nullcontext()
        if passes
        else pytest.raises(transform.TransformError, match="observations_never_vanish")
    )
    with outcome:
        list(transform.build(settings, ["--select", "observations_never_vanish"]))
