"""A lake in a bucket gives the very tables that a lake in the data folder gives."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from orchestration import transform
from orchestration.collect import lake
from orchestration.collect.days import collect_days
from orchestration.demo.generator import DemoHub
from orchestration.publish import snapshot
from orchestration.settings import Settings
from tests.fakes.bucket import bucket, google_bucket
from tests.fakes.hub import FakeHub
from tests.fakes.listings import FixedListings

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAYS = [date(2026, 11, 17), date(2026, 11, 18)]
OF_THE_BUILD = {"build_info"}
"""Tables that tell when they were made."""


def published(settings: Settings) -> Path:
    """Collect two days, build and publish; gives the published file."""
    collect_days(settings, DAYS, observed_at=NOW)
    (paper_id, *_) = lake.scan(settings.lake, "listings").to_table()["paper_id"].to_pylist()
    facts = {"paper_id": paper_id, "observed_at": NOW, "categories": ["cs.LG"], "doi": "10.1/tide"}
    # The name holds characters that a bucket's addresses spell otherwise.
    lake.write(settings.lake, "arxiv_papers", lake.rows("arxiv_papers", [facts]), "a:b c%d+é")
    list(transform.build(settings))
    snapshot.publish(settings)
    return settings.link.resolve()


def columns_of(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """The columns of each table, as far as two builds of one lake agree on them.

    The last digits of a sum depend on the order of threads, and so does the co-author who is named
    for several as evidence.
    """
    tables: dict[str, list[str]] = {}
    for table, column, kind in connection.execute(
        "select table_name, column_name, data_type from duckdb_columns()"
        " where database_name = 'here' and schema_name = 'main'"
    ).fetchall():
        told = f"round({column}, 9)" if kind == "DOUBLE" else column
        told = f"len({column})" if column == "identity_evidence" else told
        tables.setdefault(table, []).append(told)
    return tables


def test_two_days_in_a_bucket_and_in_a_folder_are_published_alike(tmp_path: Path) -> None:
    listed = {day: DemoHub(papers_per_day=8).records(day, NOW) for day in DAYS}
    with FakeHub(FixedListings(listed), now=NOW) as hub, bucket() as url:
        here = Settings(home=tmp_path / "here", hub_url=hub.url)  # type: ignore[call-arg]
        there = Settings(home=tmp_path / "there", hub_url=hub.url, lake_url=url)  # type: ignore[call-arg]
        files = [published(settings) for settings in (here, there)]
    assert not (there.home / "lake").exists()

    with duckdb.connect() as connection:
        for name, file in zip(("here", "there"), files, strict=True):
            connection.execute(f"attach '{file}' as {name} (read_only)")
        tables = columns_of(connection)
        assert len(tables) > 15
        for table in tables.keys() - OF_THE_BUILD:
            shown = ", ".join(tables[table])
            rows, other = (f"select {shown} from {name}.main.{table}" for name in ("here", "there"))
            differing = f"({rows} except all {other}) union all ({other} except all {rows})"
            assert connection.execute(differing).fetchall() == [], table
        counted = connection.execute("select count(*) from there.main.papers").fetchone()
        assert counted == (sum(len(records) for records in listed.values()),)
        assert connection.execute(
            "select count(*) from there.main.papers where list_contains(categories, 'cs.LG')"
        ).fetchone() == (1,)


def test_dbt_reads_a_bucket_of_google(tmp_path: Path) -> None:
    """Through pyarrow, as DuckDB's own reader takes none of the credentials that pyarrow finds."""
    (day, *_) = DAYS
    listed = {day: DemoHub(papers_per_day=8).records(day, NOW)}
    with FakeHub(FixedListings(listed), now=NOW) as hub, google_bucket() as url:
        settings = Settings(home=tmp_path, hub_url=hub.url, lake_url=url)  # type: ignore[call-arg]
        collect_days(settings, [day], observed_at=NOW)
        selection = ["--select", "+paper_listings", "--exclude-resource-type", "test", "unit_test"]
        list(transform.build(settings, selection))
    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        built = connection.execute("select paper_id from paper_listings").fetchall()
    assert {paper_id for (paper_id,) in built} == {card["paper"]["id"] for card in listed[day]}
