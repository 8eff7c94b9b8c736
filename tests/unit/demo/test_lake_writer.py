"""A written lake fits the lake's schema, says what the made-up hub says, and its truths hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest

from orchestration.collect.schema import DATASETS
from orchestration.demo.__main__ import main
from orchestration.demo.days import DAY_BITS, Block, date_of, days_between
from orchestration.demo.generator import DEFAULT_SEED, DemoHub
from orchestration.demo.lake_writer import hub_of, write_lake
from orchestration.demo.truth import Truth

FIRST, LAST = date(2025, 9, 1), date(2026, 3, 31)
PAPERS = 12_000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lake")
    write_lake(folder, PAPERS, first_day=FIRST, last_day=LAST)
    return folder


def _hub() -> DemoHub:
    return hub_of(PAPERS, DEFAULT_SEED, FIRST, LAST)


def _query(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        for name in ("listings", "observations"):
            files = f"read_parquet('{home}/lake/{name}/**/*.parquet', hive_partitioning = false)"
            connection.execute(f"create view {name} as from {files}")
        for name in ("mentions", "scale_claims", "bursts", "topic_days"):
            files = f"{home}/truth/{name}{'' if name in ('bursts', 'topic_days') else '/*'}"
            connection.execute(
                f"create view {name} as from '{files.removesuffix('.parquet')}.parquet'"
            )
        return connection.execute(sql).fetchall()


def test_every_file_has_the_schema_of_its_dataset(home: Path) -> None:
    files = list((home / "lake").rglob("*.parquet"))
    assert {path.relative_to(home / "lake").parts[0] for path in files} == set(DATASETS)
    for path in files:
        dataset = path.relative_to(home / "lake").parts[0]
        assert pq.read_schema(path).equals(DATASETS[dataset])


def test_the_grain_is_kept_and_the_count_is_met(home: Path) -> None:
    [(papers, rows, grains)] = _query(
        home,
        """select count(distinct paper_id), count(*),
        count(distinct (listing_date, paper_id, observed_at)) from listings""",
    )
    assert abs(papers - PAPERS) < 60
    assert rows == grains > papers
    [(told, counted)] = _query(
        home,
        "select (select sum(papers) from observations), (select count(*) from listings)",
    )
    assert told == counted


def test_the_same_arguments_give_the_same_rows_one_file_a_day_or_not(tmp_path: Path) -> None:
    digests = []
    for number, by_day in enumerate((False, False, True)):
        home = tmp_path / str(number)
        write_lake(home, 600, first_day=FIRST, last_day=date(2025, 9, 21), by_day=by_day)
        digests += _query(home, "select bit_xor(hash(listings)), count(*) from listings")
    assert digests[0] == digests[1] == digests[2]
    # 15 weekdays hold papers; 21 days were observed.
    assert len(list((tmp_path / "2/lake").rglob("source=demo/**/*.parquet"))) == 15 + 21


def test_ages_beyond_the_last_moment_are_one_observation(tmp_path: Path) -> None:
    last = date(2025, 9, 19)
    ages = (8, 20, 40, 312)
    write_lake(tmp_path, 600, first_day=FIRST, last_day=last, observed_after_hours=ages)
    counted = "count(*), count(distinct observed_at)"
    told = f"select {counted} from observations where listing_date = '{{}}'"
    assert _query(tmp_path, told.format(FIRST)) == [(4, 4)]
    assert _query(tmp_path, told.format(last)) == [(3, 3)]
    assert _query(
        tmp_path,
        "select count(*) = count(distinct (listing_date, paper_id, observed_at)) from listings",
    ) == [(True,)]


def test_a_paper_listed_twice_says_the_same_twice(home: Path) -> None:
    rows = _query(
        home,
        """select count(distinct (title, abstract, authors)), count(distinct submitted_at)
        from listings group by paper_id having count(distinct listing_date) = 2""",
    )
    assert len(rows) > 10
    assert set(rows) == {(1, 2)}


def test_rows_say_what_the_made_up_hub_says(home: Path) -> None:
    day = date(2026, 1, 13)
    moment = datetime.combine(day, datetime.min.time(), UTC) + timedelta(days=13)
    records = _hub().records(day, moment)
    rows = _query(
        home,
        f"""select paper_id, upvotes, num_comments, author_count, [a.name for a in authors]
        from listings where listing_date = date '{day}' and observed_at = '{moment}'
        order by rank""",
    )
    assert len(rows) > 50
    assert rows == [
        (
            record["paper"]["id"],
            record["paper"]["upvotes"],
            record["numComments"],
            len(record["paper"]["authors"]),
            [author["name"] for author in record["paper"]["authors"]],
        )
        for record in records
    ]


def test_scale_claims_stand_in_their_abstracts(home: Path) -> None:
    [(claims, found)] = _query(
        home,
        """select count(*), count(*) filter (contains(abstract, phrase)) from scale_claims
        join (select paper_id, any_value(abstract) as abstract from listings group by 1)
        using (paper_id)""",
    )
    assert found == claims > 0.25 * PAPERS


def test_usernames_shown_are_the_persons_own_unless_marked_wrong(home: Path) -> None:
    rows = _query(
        home,
        """with lines as (select distinct paper_id, author.username as username,
            author.status as status, position
            from (select paper_id, unnest(authors) as author,
                generate_subscripts(authors, 1) as position from listings))
        select status = 'extracted_infirmed', username = hub_username, count(*)
        from lines join mentions using (paper_id, position) where username is not null
        group by all""",
    )
    counts = {(wrong, right): count for wrong, right, count in rows}
    assert set(counts) == {(False, True), (True, False)}


def test_names_are_shared_by_homonyms(home: Path) -> None:
    [(names, shared, lines)] = _query(
        home,
        """with names as (select author.name as name, count(distinct person) as persons
            from (select paper_id, unnest(authors) as author,
                generate_subscripts(authors, 1) as position from listings)
            join mentions using (paper_id, position) group by 1)
        select count(*), count(*) filter (persons > 1), (select count(*) from mentions)
        from names""",
    )
    assert 0.005 < shared / names < 0.1
    assert 0.3 < names / lines < 0.6


def test_planted_trends_show_in_the_counted_shares(home: Path) -> None:
    expected = Truth(_hub()).rising_ratios(LAST)
    rows = _query(
        home,
        f"""with papers as (select paper_id, min(listing_date) as day,
            any_value(lower(title)) as text from listings group by 1),
        windows as (select *, day > date '{LAST}' - 28 as is_recent from papers
            where day > date '{LAST}' - 196)
        select topic, count(*) filter (is_recent), count(*),
            any_value((select count(*) filter (is_recent) / count(*) from windows))
        from windows join (select distinct topic from topic_days) on contains(text, topic)
        group by 1 having count(*) > 30""",
    )
    compared = [
        (expected[topic], recent / share / ((count - recent) / (1 - share)))
        for topic, recent, count, share in rows
        if recent < count
    ]
    rising = [counted for planted, counted in compared if planted > 2.5]
    steady = [counted for planted, counted in compared if 0.8 < planted < 1.2]
    assert len(rising) >= 3
    assert len(steady) >= 20
    assert min(rising) > 1.3
    assert 0.8 < sum(steady) / len(steady) < 1.2


def test_planted_bursts_are_told(home: Path) -> None:
    bursts = _query(home, "select topic, start_on, end_on from bursts")
    assert len(bursts) > 20
    assert all(end - start == timedelta(days=42) and end > FIRST for _, start, end in bursts)


@pytest.mark.parametrize("papers", [1, 10, 600, 14_000])
def test_as_many_papers_are_made_as_asked_for(papers: int) -> None:
    days = days_between(FIRST, LAST)
    made = hub_of(papers, DEFAULT_SEED, FIRST, LAST).papers.calendar.counts(days).sum()
    assert made == pytest.approx(papers, rel=0.01)


@pytest.mark.parametrize("papers", [60_000, 40_000_000])
def test_no_two_days_share_ids_however_many_papers_a_day_has(papers: int) -> None:
    calendar = hub_of(papers, DEFAULT_SEED, FIRST, LAST).papers.calendar
    days = days_between(FIRST, LAST)
    last = calendar.counts(days) - 1
    keys = np.where(last < 0, 0, last) + (days << DAY_BITS)
    for key, day in ((days << DAY_BITS, days), (keys, days)):
        ids = calendar.paper_ids(Block(key, day, day)).to_pylist()
        assert [calendar.day_of(paper_id) for paper_id in ids] == [date_of(each) for each in day]


@pytest.mark.parametrize(
    ("papers", "last_day", "words"),
    [
        (0, LAST, "0 papers: a lake has one at least"),
        (100, date(2020, 1, 1), "nothing is listed from 2025-09-01 to 2020-01-01"),
        (1_000_000_000, LAST, "papers in a day: no more than"),
    ],
)
def test_what_cannot_be_made_is_told(
    tmp_path: Path, papers: int, last_day: date, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        write_lake(tmp_path / "none", papers, first_day=FIRST, last_day=last_day)
    assert not (tmp_path / "none" / "lake" / "listings").is_dir()


def test_a_folder_that_holds_something_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["demo", "--papers", "10", "--out", str(home)])
    with pytest.raises(SystemExit):
        main()
    assert "is not empty" in capsys.readouterr().err
