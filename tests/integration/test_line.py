"""The whole line: what a hub lists is what the published tables say, counted independently."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from orchestration.settings import PROJECT_ROOT
from tests.fakes.hub import FakeHub
from tests.integration.conftest import Line, Record, run


@pytest.fixture
def warehouse(line: Line) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, opened as an analyst would."""
    with duckdb.connect(str(line.home / "papers.duckdb"), read_only=True) as connection:
        yield connection


def table(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def latest(line: Line) -> dict[str, Record]:
    """Each paper's record as the hub listed it last."""
    return {
        record["paper"]["id"]: record
        for _, records in sorted(line.second.items())
        for record in records
    }


def test_every_listed_paper_is_published_as_listed(
    line: Line, warehouse: duckdb.DuckDBPyConnection
) -> None:
    published = {
        row[0]: row[1:]
        for row in table(
            warehouse,
            "select paper_id, title, upvotes, author_count, num_comments, authors, first_listed_on"
            " from papers where list_contains(sources, 'hub')",
        )
    }
    expected = latest(line)
    first_days: dict[str, date] = {}
    for listings in (line.first, line.second):
        for day, records in sorted(listings.items()):
            for record in records:
                paper_id = record["paper"]["id"]
                first_days[paper_id] = min(day, first_days.get(paper_id, day))

    assert published.keys() == expected.keys() | first_days.keys()
    for paper_id, record in expected.items():
        paper = record["paper"]
        title, upvotes, author_count, comments, authors, first_listed_on = published[paper_id]
        assert title == " ".join(paper["title"].split())
        assert upvotes == paper["upvotes"]
        assert author_count == len(paper["authors"])
        shown = [author["name"] for author in paper["authors"] if not author["hidden"]]
        assert authors == [" ".join(name.split()) for name in shown]
        if "numComments" in record:
            assert comments == record["numComments"]
        assert first_listed_on == first_days[paper_id]


def test_days_are_complete_and_weekends_empty(
    line: Line, warehouse: duckdb.DuckDBPyConnection
) -> None:
    published = dict(table(warehouse, "select listing_date, (status, papers) from listing_days"))
    for day, records in line.second.items():
        if day.weekday() < 5:
            assert published[day] == (("complete" if records else "empty"), len(records))


def test_a_day_is_ranked_by_its_last_upvotes(
    line: Line, warehouse: duckdb.DuckDBPyConnection
) -> None:
    for day, records in line.second.items():
        rows = table(
            warehouse,
            "select paper_id, upvotes, is_complete_day from paper_listings"
            f" where listing_date = '{day}' order by rank_on_day",
        )
        upvotes = {record["paper"]["id"]: record["paper"]["upvotes"] for record in records}
        assert {row[0]: row[1] for row in rows} == upvotes
        assert [row[1] for row in rows] == sorted(upvotes.values(), reverse=True)
        assert all(row[2] for row in rows)


def test_every_observation_is_kept_with_its_signed_change(
    line: Line, warehouse: duckdb.DuckDBPyConnection
) -> None:
    seen: dict[str, list[int]] = {}
    for listings in (line.first, line.second):
        moments: dict[str, int] = {}
        for _, records in sorted(listings.items()):
            for record in records:
                moments[record["paper"]["id"]] = record["paper"]["upvotes"]
        for paper_id, upvotes in moments.items():
            seen.setdefault(paper_id, []).append(upvotes)
    days: dict[str, set[date]] = {}
    for listings in (line.first, line.second):
        for day, records in listings.items():
            for record in records:
                days.setdefault(record["paper"]["id"], set()).add(day)
    listed = table(
        warehouse,
        "select paper_id, list(upvotes order by observed_at) from paper_observations"
        " where source = 'hub' and rank is not null group by paper_id",
    )
    assert {row[0] for row in listed} == seen.keys()
    for paper_id, upvotes in listed:
        if len(days[paper_id]) == 1:  # a paper of two days has more observations
            assert upvotes == seen[paper_id]
    # Papers that trend are also observed by their details, so every row counts for a change.
    rows = table(
        warehouse,
        "select list(upvotes order by observed_at), list(upvotes_change order by observed_at)"
        " from paper_observations where upvotes is not null group by paper_id",
    )
    for upvotes, changes in rows:
        assert changes[1:] == [later - earlier for earlier, later in pairwise(upvotes)]


def test_every_author_line_is_one_row(line: Line, warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = dict(table(warehouse, "select paper_id, count(*) from paper_authors group by paper_id"))
    for paper_id, record in latest(line).items():
        assert rows.get(paper_id, 0) == len(record["paper"]["authors"])
    doubled = table(
        warehouse,
        "select paper_id from paper_authors group by paper_id, author_id having count(*) > 1",
    )
    assert doubled == []
    credit = table(
        warehouse,
        "select max(abs(total - 1)) from"
        " (select sum(credit) as total from paper_authors group by paper_id)",
    )
    assert credit[0][0] < 1e-9


def test_submitters_add_up(line: Line, warehouse: duckdb.DuckDBPyConnection) -> None:
    listed: dict[tuple[str, date], str] = {}
    for listings in (line.first, line.second):
        for day, records in listings.items():
            for record in records:
                paper = record["paper"]
                submitter = paper.get("submittedOnDailyBy") or record.get("submittedBy")
                if submitter:
                    listed[paper["id"], day] = submitter.get("name") or submitter["user"]
    papers: dict[str, set[str]] = {}
    for (paper_id, _), username in listed.items():
        papers.setdefault(username, set()).add(paper_id)
    expected = {username: len(paper_ids) for username, paper_ids in papers.items()}
    published = dict(table(warehouse, "select submitter_username, papers from submitters"))
    assert published == expected


def test_the_bundled_page_is_in_and_nothing_is_made_up(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    assert table(warehouse, "select count(*) from papers where list_contains(sources, 'page')") == [
        (45,)
    ]
    assert table(warehouse, "select has_demo_data from build_info") == [(False,)]
    assert table(warehouse, "select count(*) from quarantined_records") == [(0,)]


def test_readme_queries_answer(warehouse: duckdb.DuckDBPyConnection) -> None:
    readme = (PROJECT_ROOT / "README.md").read_text()
    queries = re.findall(r"```sql\n(.*?)```", readme, re.DOTALL)
    assert len(queries) >= 5
    for query in queries:
        result = warehouse.execute(query)
        assert result.description
        if "is_rising" not in query and "<> 'complete'" not in query:
            assert result.fetchall(), query


def test_readme_one_liner_reads_the_export_from_another_folder(
    line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readme = (PROJECT_ROOT / "README.md").read_text()
    (query,) = re.findall(r'^duckdb -c "(.*)"$', readme, re.MULTILINE)
    version = (line.home / "papers.duckdb").resolve().stem.removeprefix("papers-")
    query = re.sub(r"data/published/\w+/", f"{line.home}/published/{version}/", query)
    monkeypatch.chdir(tmp_path)
    best = max(record["paper"]["upvotes"] for record in latest(line).values())
    assert duckdb.sql(query).fetchall()[0][1] == best


def test_every_published_column_is_described(warehouse: duckdb.DuckDBPyConnection) -> None:
    bare = table(
        warehouse,
        "select table_name, column_name from duckdb_columns()"
        " where schema_name = 'main' and not internal and comment is null",
    )
    assert bare == []


def test_operators_see_what_each_mart_holds(
    line: Line, warehouse: duckdb.DuckDBPyConnection
) -> None:
    tables = [row[0] for row in table(warehouse, "show tables")]
    with dg.DagsterInstance.from_config(str(line.home / "dagster")) as instance:
        for name in tables:
            event = instance.get_latest_materialization_event(dg.AssetKey(name))
            assert event, name
            assert event.asset_materialization
            told = event.asset_materialization.metadata
            ((rows,),) = table(warehouse, f"select count(*) from {name}")
            assert told["dagster/row_count"].value == rows, name
            assert len(told["preview"].value.records) == min(5, rows), name


def test_made_up_days_are_refused_where_real_ones_are(line: Line) -> None:
    """An unreachable hub collects nothing, says so, and leaves the real days published."""
    with FakeHub() as hub:
        gone = hub.url
    answer = run(line.home, gone, "data")

    assert answer.returncode == 1
    assert "can't be reached" in answer.stderr
    with duckdb.connect(str((line.home / "papers.duckdb").resolve()), read_only=True) as connection:
        assert table(connection, "select has_demo_data from build_info") == [(False,)]
        assert table(connection, "select count(*) > 0 from paper_listings") == [(True,)]
