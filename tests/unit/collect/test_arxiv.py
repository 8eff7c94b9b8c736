"""arXiv: which ids are due, and that a real server's faults cost no paper."""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from orchestration.collect import lake
from orchestration.collect.arxiv import ArxivReport, collect_arxiv
from orchestration.collect.arxiv_batches import ids_due
from orchestration.collect.landing import iter_landed, land
from orchestration.settings import Settings, load_settings
from tests.fakes.arxiv import FakeArxiv, FakePaper, feed_of
from tests.fakes.faults import Faults

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
IDS = [f"2609.{number:05d}" for number in range(250)]


def collect(
    settings: Settings, arxiv: FakeArxiv, now: datetime = NOW, **options: Any
) -> ArxivReport:
    changed = settings.model_copy(update={"arxiv_url": arxiv.url, "source": "live"})
    options = {"interval_seconds": 0.01, **options}
    ticks = count()
    clock = lambda: now + next(ticks) * timedelta(microseconds=1)  # noqa: E731
    return collect_arxiv(changed, now=clock, **options)


def list_papers(settings: Settings, ids: list[str], source: str = "hub", day: int = 19) -> None:
    records = [
        {
            "source": source,
            "listing_kind": "day",
            "listing_date": datetime(2026, 11, day, tzinfo=UTC).date(),
            "observed_at": NOW - timedelta(hours=1),
            "paper_id": paper_id,
            "title": "A title",
        }
        for paper_id in ids
    ]
    lake.write(settings.lake, "listings", lake.rows("listings", records), f"some-{source}-{day}")


def known_papers(settings: Settings) -> list[dict[str, Any]]:
    table = lake.scan(settings.lake, "arxiv_papers").to_table()
    rows: list[dict[str, Any]] = table.sort_by("paper_id").to_pylist()
    return rows


@pytest.fixture
def settings() -> Settings:
    made = load_settings()
    lake.prepare(made.lake)
    return made


def test_ids_never_asked_come_first_then_the_oldest_answers() -> None:
    known = {
        "2609.00001": NOW - timedelta(days=31),
        "2609.00002": NOW - timedelta(days=40),
        "2609.00003": NOW - timedelta(days=29, hours=23),
        "2609.00009": NOW - timedelta(days=90),
    }
    listed = ["2609.00005", "2609.00001", "2609.00002", "2609.00003", "astro-ph/0601001"]
    strange = ["page:0123456789ab", "2609.1", "not an id", "2609.00005v2", "", "2609.00005"]
    assert ids_due(known, listed + strange, NOW) == [
        "2609.00005",
        "astro-ph/0601001",
        "2609.00002",
        "2609.00001",
    ]


def test_papers_are_asked_for_in_batches_of_100_over_one_connection(settings: Settings) -> None:
    list_papers(settings, IDS)
    with FakeArxiv([FakePaper(each) for each in IDS]) as arxiv:
        began = time.monotonic()
        report = collect(settings, arxiv, interval_seconds=0.2)
    assert [len(each.ids) for each in arxiv.asked] == [100, 100, 50]
    assert (arxiv.connections, arxiv.busiest) == (1, 1)
    # A busy machine sees a request late, never early: only the time since the start is sure.
    assert all(each.at - began >= number * 0.2 for number, each in enumerate(arxiv.asked))
    assert [row["paper_id"] for row in known_papers(settings)] == IDS
    assert (report.due, report.asked, report.found, report.requests) == (250, 250, 250, 3)
    assert (report.unknown, report.quarantined, report.warning) == ([], 0, None)


def test_a_row_tells_what_arxiv_tells(settings: Settings) -> None:
    paper = FakePaper(
        "astro-ph/0601001",
        title="Tides\n  & ebbs",
        version=3,
        categories=("astro-ph", "cs.LG"),
        comment="12 pages",
        doi="10.1000/1",
        journal_reference="Tides 7 (2026)",
    )
    list_papers(settings, [paper.paper_id])
    with FakeArxiv([paper]) as arxiv:
        collect(settings, arxiv)
    (row,) = known_papers(settings)
    landed = next(iter_landed(settings.landing, "arxiv"))
    assert row == {
        "paper_id": "astro-ph/0601001",
        "observed_at": landed.observed_at,
        "version": 3,
        "title": "Tides & ebbs",
        "abstract": "Nothing of this was ever measured.",
        "published_at": datetime(2026, 9, 1, 17, 59, 59, tzinfo=UTC),
        "updated_at": datetime(2026, 9, 2, 10, tzinfo=UTC),
        "authors": ["Ada Lovelace", "Émilie du Châtelet"],
        "primary_category": "astro-ph",
        "categories": ["astro-ph", "cs.LG"],
        "doi": "10.1000/1",
        "comment": "12 pages",
        "journal_reference": "Tides 7 (2026)",
        "is_withdrawn": False,
        "landed_in": landed.path,
        "schema_version": 1,
    }


def test_an_answer_lasts_30_days_also_when_arxiv_knows_no_such_paper(settings: Settings) -> None:
    list_papers(settings, IDS[:3])
    with FakeArxiv([FakePaper(each) for each in IDS[:2]]) as arxiv:
        first = collect(settings, arxiv)
        again = collect(settings, arxiv, NOW + timedelta(days=29))
        late = collect(settings, arxiv, NOW + timedelta(days=30, seconds=1))
    assert (first.found, first.unknown) == (2, [IDS[2]])
    assert (again.due, again.requests) == (0, 0)
    assert (late.due, late.found) == (3, 2)
    assert [set(each.ids) for each in arxiv.asked] == [set(IDS[:3])] * 2


def test_newest_listings_are_asked_first_and_made_up_ones_never(settings: Settings) -> None:
    list_papers(settings, ["2609.00007"], day=3)
    list_papers(settings, ["2609.00001"], day=18)
    list_papers(settings, ["2609.00009"], source="demo")
    with FakeArxiv() as arxiv:
        collect(settings, arxiv)
    assert [each.ids for each in arxiv.asked] == [("2609.00001", "2609.00007")]


@pytest.mark.parametrize("fault", ["empty", "cut", "cut-json", "html", "drop", "429", "503"])
def test_a_passing_fault_is_tried_again(settings: Settings, fault: str) -> None:
    list_papers(settings, IDS[:5])
    faults = Faults(script=[fault, fault, "ok"])
    with FakeArxiv([FakePaper(each) for each in IDS[:5]], faults=faults) as arxiv:
        report = collect(settings, arxiv)
    assert len(arxiv.asked) == 3
    assert (report.found, report.warning) == (5, None)


def test_retry_after_is_obeyed(settings: Settings) -> None:
    list_papers(settings, IDS[:1])
    faults = Faults(script=["429-retry-after", "ok"], retry_after=1)
    with FakeArxiv([FakePaper(IDS[0])], faults=faults) as arxiv:
        assert collect(settings, arxiv).found == 1
    first, second = arxiv.asked
    assert second.at - first.at >= 0.99


def test_a_lasting_fault_ends_the_run_and_keeps_what_came_before(settings: Settings) -> None:
    list_papers(settings, IDS)
    faults = Faults(script=["ok", *["503"] * 50])
    with FakeArxiv([FakePaper(each) for each in IDS], faults=faults) as arxiv:
        report = collect(settings, arxiv)
        assert report.warning is not None
        assert "503" in report.warning
        assert (report.found, len(known_papers(settings))) == (100, 100)
        assert len(arxiv.asked) == 1 + settings.request_attempts
        arxiv.faults = Faults()
        assert collect(settings, arxiv).found == 150
    assert len(known_papers(settings)) == 250


@pytest.mark.parametrize("bad", [IDS[0], IDS[37], IDS[99]])
def test_an_id_that_arxiv_refuses_costs_no_other_paper(settings: Settings, bad: str) -> None:
    list_papers(settings, IDS[:100])
    papers = [FakePaper(each) for each in IDS[:100] if each != bad]
    with FakeArxiv(papers, refused=frozenset({bad})) as arxiv:
        report = collect(settings, arxiv)
        assert (report.asked, report.found, report.warning) == (100, 99, None)
        asked = len(arxiv.asked)
        assert asked <= 20
        assert collect(settings, arxiv, NOW + timedelta(days=1)).requests == 0
    quarantined = lake.scan(settings.lake, "quarantined_records").to_table().to_pylist()
    assert [(row["place"], row["reason"]) for row in quarantined] == [(bad, "malformed request")]


class SpoiltPaper(FakePaper):
    """A paper whose title makes every feed with it unreadable."""

    def entry(self) -> str:
        return super().entry().replace("A made-up", "A &#x1; made-up")


def test_papers_that_spoil_their_feed_are_found_out_and_cost_no_other(settings: Settings) -> None:
    """Also with few requests a run, and though the spoilt ones are asked for first."""
    changed = settings.model_copy(update={"request_attempts": 2})
    list_papers(settings, IDS)
    spoilt = {IDS[249], IDS[248], IDS[120]}
    papers = [SpoiltPaper(each) if each in spoilt else FakePaper(each) for each in IDS]
    with FakeArxiv(papers) as arxiv:
        first = collect(changed, arxiv, max_requests=5)
        assert first.found >= 50
        for run in range(1, 12):
            at = NOW + timedelta(minutes=run)
            assert collect(changed, arxiv, at, max_requests=5).warning is None
        assert collect(changed, arxiv, NOW + timedelta(days=1)).due == 0
    assert {row["paper_id"] for row in known_papers(settings)} == {*IDS} - spoilt
    quarantined = lake.scan(settings.lake, "quarantined_records").to_table().to_pylist()
    assert len(quarantined) == len(spoilt)
    assert all("not well-formed XML" in row["reason"] for row in quarantined)
    assert all("A &#x1; made-up" in row["payload"] for row in quarantined)


def test_a_web_page_in_a_feeds_place_says_nothing_of_the_papers(settings: Settings) -> None:
    changed = settings.model_copy(update={"request_attempts": 2})
    list_papers(settings, IDS)
    with FakeArxiv(faults=Faults(1.0, kinds=["html"])) as arxiv:
        report = collect(changed, arxiv)
    assert "not well-formed XML" in str(report.warning)
    assert len(arxiv.asked) == 2


def test_a_damaged_landed_file_stops_nothing(settings: Settings) -> None:
    list_papers(settings, IDS[:2])
    with FakeArxiv([FakePaper(IDS[0])]) as arxiv:
        assert collect(settings, arxiv).unknown == [IDS[1]]
        for place in iter_landed(settings.landing, "arxiv"):
            (settings.landing / place.path).write_bytes(b"bit rot")
        # What was found is in the lake; that the other is unknown has to be asked again.
        assert collect(settings, arxiv, NOW + timedelta(days=1)).due == 1


def test_a_run_asks_no_more_than_it_may(settings: Settings) -> None:
    list_papers(settings, IDS)
    with FakeArxiv([FakePaper(each) for each in IDS]) as arxiv:
        assert collect(settings, arxiv, max_requests=1).found == 100
        assert collect(settings, arxiv, max_requests=5).found == 150


def test_an_answer_landed_by_a_killed_process_gets_into_the_lake(settings: Settings) -> None:
    list_papers(settings, IDS[:2])
    at = NOW - timedelta(hours=1)
    body = feed_of(*(FakePaper(each).entry() for each in IDS[:2]))
    land(settings.landing, "arxiv", "2026-11-20", at, 0, body, ids=IDS[:2], is_answered=True)
    with FakeArxiv([FakePaper(each) for each in IDS[:2]]) as arxiv:
        assert collect(settings, arxiv).requests == 0
    assert [row["paper_id"] for row in known_papers(settings)] == IDS[:2]


def test_an_arxiv_that_says_nothing_is_given_one_short_try(settings: Settings) -> None:
    list_papers(settings, IDS)
    changed = settings.model_copy(update={"source": "live", "request_timeout_seconds": 0.2})
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        report = collect_arxiv(changed.model_copy(update={"arxiv_url": address}))
        silent.setblocking(False)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):  # nobody came a second time
            silent.accept()
    assert report.warning == (
        f"arXiv can't be reached at {address}: enrichment waits for the next run"
    )
    assert (report.due, report.requests) == (250, 0)


def test_the_demo_asks_nobody(settings: Settings) -> None:
    list_papers(settings, IDS[:2])
    assert collect_arxiv(settings).metadata()["due"] == 0
