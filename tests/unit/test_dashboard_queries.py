"""What the dashboard's queries give, against the marts counted another way, on a real build."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from dashboard.data import coverage, organizations, paged, papers, people, scale, search, trends
from dashboard.data.paged import Board, Wanted
from dashboard.data.warehouse import Warehouse
from orchestration.publish import snapshot
from orchestration.settings import Settings, load_settings
from tests.fakes.warehouse import copy_of, publish_changed

# What most lookups ask for: DuckDB skips the blocks of rows in which it can't be.
ORDERS = {
    "papers": "paper_id",
    "paper_listings": "listing_date",
    "paper_observations": "listing_date",
    "paper_authors": "author_id",
    "paper_topics": "topic",
    "authors": "author_id",
    "what_is_special": "entity_kind || entity_id",
}


@pytest.fixture
def house(demo_home: Settings) -> Warehouse:
    return Warehouse(demo_home.link.resolve())


@pytest.mark.parametrize("table", ORDERS)
def test_tables_lie_in_the_order_of_their_lookups(house: Warehouse, table: str) -> None:
    sql = f"select {ORDERS[table]} as key from {table} order by rowid"
    keys = house.run(sql).table.column("key").to_pylist()
    assert len(keys) > 100
    assert all(before <= after for before, after in pairwise(keys))


@pytest.mark.parametrize(
    ("board", "months"),
    [(people.BOARD, "author_months"), (organizations.BOARD, "organization_months")],
)
@pytest.mark.parametrize("window", [3, 12])
def test_a_window_of_a_leaderboard_sums_its_months(
    house: Warehouse, board: Board, months: str, window: int
) -> None:
    newest = house.run(f"select max(month_start_on) as month from {months}").first
    assert newest is not None
    number = newest["month"].year * 12 + newest["month"].month - window
    since = date(number // 12, number % 12 + 1, 1)
    expected = house.run(
        f"select {board.key}, sum(papers)::bigint as papers, sum(upvotes)::bigint as upvotes_total"
        f" from {months} where month_start_on >= $since group by all having sum(papers) >= 2",
        since=since,
    ).rows
    shown = paged.leaderboard(house, board, Wanted("upvotes_total", 2, months=window), 10_000).rows
    assert shown[0]["matches"] == len(shown) == len(expected) > 0
    upvotes = [row["upvotes_total"] for row in shown]
    assert upvotes == sorted(upvotes, reverse=True)
    told = {row[board.key]: (row["papers"], row["upvotes_total"]) for row in shown}
    assert told == {row[board.key]: (row["papers"], row["upvotes_total"]) for row in expected}


def test_pages_of_a_leaderboard_follow_one_another(house: Warehouse) -> None:
    both = paged.leaderboard(house, people.BOARD, Wanted("hub_h_index"), 20).rows
    pages = [
        paged.leaderboard(house, people.BOARD, Wanted("hub_h_index", page=page), 10).rows
        for page in (1, 2)
    ]
    assert pages[0] + pages[1] == both
    with pytest.raises(KeyError):
        paged.leaderboard(house, people.BOARD, Wanted("name; drop table papers"))


PAIRS = """
    select
        one.author_id as one_id,
        other.author_id as other_id,
        count(*) as papers,
        min(coalesce(first_listed_on, published_on)) as first_on,
        max(coalesce(first_listed_on, published_on)) as last_on
    from paper_authors as one
    inner join paper_authors as other using (paper_id)
    inner join papers using (paper_id)
    where one.author_id <> other.author_id and not one.is_hidden and not other.is_hidden
    group by all
"""


def test_coauthors_are_the_pairs_of_author_lines(house: Warehouse) -> None:
    row = house.run(
        "select author_id from authors order by coauthors desc, author_id limit 1"
    ).first
    assert row is not None
    author = row["author_id"]
    shown = people.coauthors_of(house, author, limit=10_000).rows
    pairs = house.run(f"select * from ({PAIRS}) where one_id = $author", author=author).rows
    assert len(shown) > 10
    assert {tuple(row.values())[:1] + tuple(row.values())[2:] for row in shown} == {
        tuple(pair.values())[1:] for pair in pairs
    }
    ring = tuple(row["author_id"] for row in shown[:24])
    links = people.links_among(house, ring).rows
    expected = house.run(
        f"select one_id, other_id, papers from ({PAIRS}) where list_contains($ring, one_id)"
        " and list_contains($ring, other_id) and one_id < other_id",
        ring=ring,
    ).rows
    assert {tuple(link.values()) for link in links} == {tuple(pair.values()) for pair in expected}
    assert links


def test_people_of_an_organization_have_papers_there(house: Warehouse) -> None:
    row = house.run("select organization_id from organizations order by papers desc limit 1").first
    assert row is not None
    lab = row["organization_id"]
    expected = house.run(
        "select author_id, count(*) as papers from paper_authors inner join papers using (paper_id)"
        " where organization_id = $lab and not is_hidden group by author_id",
        lab=lab,
    ).rows
    shown = organizations.authors_of(house, lab, limit=10_000).rows
    assert {(row["author_id"], row["papers"]) for row in shown} == {
        (row["author_id"], row["papers"]) for row in expected
    }


def test_a_papers_link_outlives_its_card(demo_home: Settings, tmp_path: Path) -> None:
    own = copy_of(demo_home, tmp_path / "aliased")
    publish_changed(
        own,
        "aliased",
        "insert into paper_aliases values ('page:abc', '2611.66666'), ('page:x', 'x')",
    )
    aliased = Warehouse(own.link.resolve())
    by_card = papers.paper(aliased, "page:abc")
    assert by_card.rows == papers.paper(aliased, "2611.66666").rows
    assert papers.similar(aliased, "page:abc").rows
    assert not len(papers.paper(aliased, "page:x"))
    publish_changed(own, "older", "drop table paper_aliases")
    assert not len(papers.paper(Warehouse(own.link.resolve()), "page:abc"))


def test_papers_of_each_subject_are_its_own_newest_first(house: Warehouse) -> None:
    row = papers.paper(house, "2611.66666").first
    assert row is not None
    assert organizations.papers_of(house, "evil-org").rows == [row | {"matches": 1}]
    name = trends.topic_names(house).rows[0]
    tagged = trends.papers_of(house, name["topic"], limit=1000).rows
    assert {row["matches"] for row in tagged} == {len(tagged)} == {name["papers"]}
    assert all(name["topic"] in row["topics"] for row in tagged)
    days = [row["first_listed_on"] for row in tagged]
    assert days == sorted(days, reverse=True)
    (author_id,) = row["author_ids"]
    assert people.papers_of(house, author_id).rows == [row | {"matches": 1}]


def test_topics_of_a_paper_stand_rarest_first(house: Warehouse) -> None:
    counts = {row["topic"]: row["papers"] for row in trends.topic_names(house).rows}
    row = house.run("select paper_id, topics from papers order by len(topics) desc limit 1").first
    assert row is not None
    shown = papers.paper(house, row["paper_id"]).rows[0]["topics"]
    assert sorted(shown) == sorted(row["topics"])
    assert shown == sorted(shown, key=lambda topic: (counts[topic], topic))


@pytest.mark.parametrize("unit", scale.UNITS)
def test_claims_of_scale_are_each_papers_largest(house: Warehouse, unit: str) -> None:
    points = scale.claims(house, unit, 10_000).rows
    largest = scale.largest(house, unit).rows
    values = sorted((point["claim_value"] for point in points), reverse=True)
    assert [row["claim_value"] for row in largest] == values[:50]
    for month in scale.claims_by_month(house, unit).rows:
        own = [p["claim_value"] for p in points if p["day"].replace(day=1) == month["month"]]
        assert month["papers"] == len(own)
        assert month["median_value"] == median(own)


def test_the_sql_of_a_search_finds_the_same_papers(house: Warehouse) -> None:
    found = search.search(house, "attention -has:code after:2026-11-10")
    assert 0 < found.hits.matches <= search.PAPERS_SHOWN
    by_sql = house.run(found.papers.sql).rows
    assert {row["paper_id"] for row in by_sql} == {row["paper_id"] for row in found.papers.rows}


@pytest.mark.parametrize("order", ["newest", "upvotes"])
def test_the_sql_of_a_search_gives_the_page_that_is_shown(house: Warehouse, order: str) -> None:
    for page in (1, 3):
        found = search.search(house, "model", order, page)
        shown = [row["paper_id"] for row in found.papers.rows]
        assert len(shown) == search.PAPERS_SHOWN
        assert [row["paper_id"] for row in house.run(found.papers.sql).rows] == shown
    assert "only the search knows" in search.search(house, "model").papers.sql


def test_offers_for_an_empty_search_are_few(house: Warehouse) -> None:
    words = "model attention for with and the of in a on to"
    offers = search.loosened(house, f"{words} author:nobody topic:nothing")
    assert 1 < len(offers) <= search.MOST_OFFERED
    for text, matches in offers:
        assert search.search(house, text).hits.matches == matches > 0


def test_fields_filled_are_counted_from_the_papers(house: Warehouse) -> None:
    rows = coverage.fields_filled(house).rows
    told = {(row["month"], row["field"]): (row["share"], row["papers"]) for row in rows}
    for field, is_filled in {
        "abstract": "abstract <> ''",
        "authors": "authors[1] is not null",
        "code": "github_url is not null",
        "arXiv category": "primary_category is not null",
    }.items():
        counted = house.run(
            f"select date_trunc('month', first_listed_on)::date as month, count(*) as papers,"
            f" count(*) filter (where {is_filled}) as filled from papers"
            f" where first_listed_on is not null group by month"
        ).rows
        assert len(counted) > 1
        for row in counted:
            share = row["filled"] / row["papers"]
            assert told[row["month"], field] == (pytest.approx(share), row["papers"]), field


def test_a_version_removed_while_versions_are_told_is_left_out(
    demo_home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = copy_of(demo_home, tmp_path / "removed")
    monkeypatch.setenv("PAPERTIDE_HOME", str(own.home))
    load_settings.cache_clear()
    # Listed, and gone when it is read.
    snapshot.manifest_path(own, "00000000T000000Z").symlink_to("gone")
    assert [version["is_shown"] for version in coverage.versions()] == [True]


@pytest.mark.parametrize("kind", ["author", "organization"])
def test_topics_over_time_are_those_of_the_papers_shown(house: Warehouse, kind: str) -> None:
    row = house.run(f"select {kind}_id as id from {kind}s order by papers desc, 1 limit 1").first
    assert row is not None
    if kind == "author":
        own = people.papers_of(house, row["id"], limit=1000).rows
        told = people.topics_of(house, row["id"], limit=1000).rows
    else:
        own = organizations.papers_of(house, row["id"], limit=1000).rows
        told = organizations.topics_over_time(house, row["id"], limit=1000).rows
    counted = Counter(
        (paper["first_listed_on"].year, topic) for paper in own for topic in paper["topics"]
    )
    assert {(each["year"], each["topic"]): each["papers"] for each in told} == counted


def test_an_older_version_tells_of_no_fields(demo_home: Settings, tmp_path: Path) -> None:
    own = copy_of(demo_home, tmp_path / "older")
    publish_changed(own, "older", "drop table field_months")
    assert not len(coverage.fields_filled(Warehouse(own.link.resolve())))
