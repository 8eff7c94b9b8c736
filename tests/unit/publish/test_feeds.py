"""Feeds written from a version: valid Atom, stable ids, times that move only with the entry."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import feedparser
import pytest
from lxml import etree

from orchestration.publish.feed_files import feed_path, known_feeds
from orchestration.publish.feeds import FEED_NAMES, write_feeds
from orchestration.publish.searches import SavedSearch, save_search
from orchestration.settings import Settings
from tests.fakes.published import BUILT_AT, paper, write_version

TODAY = BUILT_AT.date()
FRIDAY = TODAY - timedelta(days=3)
LATER = BUILT_AT + timedelta(hours=1)

HOSTILE = "<script>alert(1)</script> ]]> &amp; \x00\x0b\ud7ff $x<y$ \"q\" 'a' \n  tail"


@pytest.fixture
def version(tmp_path: Path) -> Path:
    papers = [paper(number, FRIDAY - timedelta(days=number % 20)) for number in range(60)]
    papers += [paper(number, TODAY) for number in range(100, 105)]
    return write_version(tmp_path / "v.duckdb", papers)


def read(settings: Settings, name: str) -> Any:
    feed = feedparser.parse(feed_path(settings, name).read_bytes(), sanitize_html=False)
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    return feed


def check_rules(path: Path) -> None:
    """The rules of RFC 4287 that feed validators check, on the raw XML."""
    atom = "{http://www.w3.org/2005/Atom}"
    feed = etree.parse(str(path)).getroot()
    assert feed.tag == f"{atom}feed"

    def only(element: Any, name: str) -> str:
        found = element.findall(f"{atom}{name}")
        assert len(found) == 1, (name, len(found))
        return found[0].text or ""

    def links(element: Any) -> list[tuple[str, str]]:
        for link in element.findall(f"{atom}link"):
            assert link.get("href").startswith(("http://", "https://"))
        found = [
            (link.get("rel", "alternate"), link.get("type"))
            for link in element.findall(f"{atom}link")
        ]
        assert len(found) == len(set(found))
        return found

    children = [child.tag for child in feed]
    first_entry = children.index(f"{atom}entry") if f"{atom}entry" in children else len(children)
    assert all(tag == f"{atom}entry" for tag in children[first_entry:])
    assert ("self", "application/atom+xml") in links(feed)
    assert only(feed, "id").startswith("urn:uuid:")
    assert only(feed, "title")
    updated = datetime.fromisoformat(only(feed, "updated"))
    assert feed.find(f"{atom}author/{atom}name").text
    ids = []
    for entry in feed.findall(f"{atom}entry"):
        ids.append(only(entry, "id"))
        assert ids[-1].startswith("urn:uuid:")
        assert only(entry, "title").strip()
        assert datetime.fromisoformat(only(entry, "updated")) <= updated
        published = datetime.fromisoformat(only(entry, "published"))
        assert published.tzinfo is not None
        assert [relation for relation, _ in links(entry)] == ["alternate"]
        assert entry.find(f"{atom}content").get("type") == "html"
        assert all(name.text for name in entry.findall(f"{atom}author/{atom}name"))
        assert all(category.get("term") for category in entry.findall(f"{atom}category"))
    assert len(ids) == len(set(ids))


def test_all_feeds_are_valid(settings: Settings, version: Path) -> None:
    save_search(settings.searches, SavedSearch(name="Third topic", query='topic:"topic 3"'))
    save_search(settings.searches, SavedSearch(name="Nothing", query="unheardof"))
    report = write_feeds(settings, version, BUILT_AT)
    assert set(report.entries) == {*FEED_NAMES, "searches/third-topic", "searches/nothing"}
    assert report.entries["searches/nothing"] == 0
    assert report.entries["searches/third-topic"] > 5
    assert report.entries["trending"] == 50
    for name in report.entries:
        check_rules(feed_path(settings, name))
        read(settings, name)
    topics = read(settings, "searches/third-topic")
    assert all("topic 3" in {tag.term for tag in entry.tags} for entry in topics.entries)
    assert topics.feed.title == "Papertide: Third topic"


def test_nothing_changes_when_nothing_changed(settings: Settings, version: Path) -> None:
    save_search(settings.searches, SavedSearch(name="All", query=""))
    write_feeds(settings, version, BUILT_AT)
    before = {path: path.stat().st_mtime_ns for path in settings.feeds.rglob("*.xml")}
    report = write_feeds(settings, version, LATER)
    assert report.changed == []
    assert {path: path.stat().st_mtime_ns for path in settings.feeds.rglob("*.xml")} == before


def test_only_the_entry_that_changed_moves(settings: Settings, tmp_path: Path) -> None:
    papers = [paper(number, FRIDAY) for number in range(10)]
    path = write_version(tmp_path / "v.duckdb", papers)
    write_feeds(settings, path, BUILT_AT)
    before = {entry.id: entry.updated for entry in read(settings, "trending").entries}
    daily = read(settings, "daily").entries
    # Votes and scores move all the time, a title seldom.
    for row in papers:
        row["upvotes"] += 100
        row["score"] = -row["score"]
    papers[4]["title"] = "Corrected"
    write_feeds(settings, write_version(path, papers), LATER)
    after = {entry.id: entry for entry in read(settings, "trending").entries}
    moved = [entry for key, entry in after.items() if entry.updated != before[key]]
    assert after.keys() == before.keys()
    assert [entry.title for entry in moved] == ["Corrected"]
    assert moved[0].updated_parsed[:5] == LATER.timetuple()[:5]
    assert read(settings, "daily").entries == daily
    # Going back to an earlier version moves it again, and never into the past.
    papers[4]["title"] = "Paper 4 on topic 4"
    write_feeds(settings, write_version(path, papers), BUILT_AT - timedelta(days=1))
    back = {entry.id: entry for entry in read(settings, "trending").entries}[moved[0].id]
    assert back.updated > moved[0].updated


def test_a_killed_writer_leaves_times_as_they_are(settings: Settings, version: Path) -> None:
    write_feeds(settings, version, BUILT_AT)
    expected = feed_path(settings, "trending").read_bytes()
    feed_path(settings, "trending").unlink()  # the state was written, the feed was not
    write_feeds(settings, version, LATER)
    assert feed_path(settings, "trending").read_bytes() == expected


def test_a_day_says_that_it_is_not_complete(settings: Settings, tmp_path: Path) -> None:
    holiday = FRIDAY - timedelta(days=1)
    papers = [paper(1, FRIDAY), paper(2, FRIDAY - timedelta(days=2)), paper(3, TODAY)]
    path = write_version(
        tmp_path / "v.duckdb",
        papers,
        partial=frozenset({FRIDAY}),
        empty=frozenset({holiday}),
    )
    write_feeds(settings, path, BUILT_AT)
    feed = read(settings, "daily")
    assert feed.feed.subtitle == "Mon 23 Nov 2026: 1 paper so far, not complete yet."
    assert [entry.title for entry in feed.entries] == [
        "Mon 23 Nov 2026: 1 paper so far, not complete yet",
        "Fri 20 Nov 2026: 1 paper so far, not complete yet",
        "Thu 19 Nov 2026: no papers were listed",
        "Wed 18 Nov 2026: 1 paper",
    ]
    assert "may follow" in feed.entries[0].content[0].value
    assert "No papers were listed" in feed.entries[2].content[0].value
    # The next day the day is complete: the same entry, moved once.
    path = write_version(path, papers, built_at=BUILT_AT + timedelta(days=1))
    write_feeds(settings, path, LATER)
    tomorrow = read(settings, "daily")
    assert tomorrow.entries[0].title == "Mon 23 Nov 2026: 1 paper"
    assert tomorrow.entries[0].id == feed.entries[0].id
    assert tomorrow.entries[0].updated > feed.entries[0].updated


def test_the_last_complete_day_stays(settings: Settings, tmp_path: Path) -> None:
    days = [FRIDAY - timedelta(days=number) for number in range(30)]
    papers = [paper(number, day) for number, day in enumerate(days)]
    path = write_version(tmp_path / "v.duckdb", papers, partial=frozenset(days[:20]))
    write_feeds(settings, path, BUILT_AT)
    titles = [entry.title for entry in read(settings, "daily").entries]
    assert len(titles) == 15
    assert titles[-1] == "Sat 31 Oct 2026: 1 paper"


def test_weeks_that_are_over(settings: Settings, tmp_path: Path) -> None:
    monday = date(2026, 11, 16)
    papers = [paper(number, monday + timedelta(days=number % 5)) for number in range(40)]
    papers.append(paper(99, TODAY))
    path = write_version(tmp_path / "v.duckdb", papers, partial=frozenset({monday}))
    write_feeds(settings, path, BUILT_AT)
    [week] = read(settings, "weekly").entries
    assert week.title == "Week of Mon 16 Nov 2026: the best papers"
    content = week.content[0].value
    assert "1 day of this week not complete" in content
    assert content.count("<li>") == 30
    assert "All 40 papers" in content


def test_an_empty_version_gives_empty_feeds(settings: Settings, tmp_path: Path) -> None:
    write_feeds(settings, write_version(tmp_path / "v.duckdb", []), BUILT_AT)
    for name in FEED_NAMES:
        check_rules(feed_path(settings, name))
        assert read(settings, name).entries == []
    assert read(settings, "daily").feed.subtitle == "No day has been collected yet."


def test_strangers_text_is_shown_as_text(settings: Settings, tmp_path: Path) -> None:
    hostile = paper(
        1,
        FRIDAY,
        title=HOSTILE,
        abstract=HOSTILE,
        authors=[HOSTILE, None, " "],
        topics=[HOSTILE],
        organization_name=HOSTILE,
        github_url="javascript:alert(1)",
        project_url='https://x.example/" onclick="alert(1)',
    )
    bare = {"paper_id": "page:abc", "first_listed_on": FRIDAY}
    path = write_version(tmp_path / "v.duckdb", [hostile, bare])
    save_search(settings.searches, SavedSearch(name="<b>Bold</b>", query="-nothing"))
    report = write_feeds(settings, path, BUILT_AT)
    for name in report.entries:
        check_rules(feed_path(settings, name))
    entries = {entry.link: entry for entry in read(settings, "trending").entries}
    shown = entries["http://127.0.0.1:8501/paper?paper=2611.00001"]
    assert shown.title.startswith("<script>alert(1)</script> ]]> &amp;")
    content = shown.content[0].value
    assert "<script" not in content
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in content
    assert "javascript:" not in content
    assert "onclick" not in content
    assert entries["http://127.0.0.1:8501/paper?paper=page%3Aabc"].title == "page:abc"


def test_a_removed_search_takes_its_feed_along(settings: Settings, version: Path) -> None:
    file = save_search(settings.searches, SavedSearch(name="Mine", query=""))
    (settings.searches / "broken.yml").write_text("name: x\n")
    report = write_feeds(settings, version, BUILT_AT)
    assert report.problems == ["broken.yml: query: Field required"]
    assert feed_path(settings, "searches/mine").exists()
    (settings.searches / f"{file.slug}.yml").unlink()
    report = write_feeds(settings, version, LATER)
    assert report.removed == ["searches/mine"]
    assert not feed_path(settings, "searches/mine").exists()


@pytest.mark.parametrize("suffix", [".yml", ".yaml"])
def test_a_search_with_a_mistake_keeps_its_feed(
    settings: Settings, version: Path, suffix: str
) -> None:
    file = save_search(settings.searches, SavedSearch(name="Mine", query="topic"))
    saved = settings.searches / f"{file.slug}.yml"
    saved = saved.rename(saved.with_suffix(suffix))
    write_feeds(settings, version, BUILT_AT)
    before = feed_path(settings, "searches/mine").read_bytes()
    saved.write_text("name: Mine\nquery: [\n")
    # More than once: what is kept is the last edition, not the last but one.
    for _ in range(2):
        report = write_feeds(settings, version, LATER)
        assert report.problems == [f"mine{suffix}: not YAML in line 3"]
        assert report.removed == []
        assert feed_path(settings, "searches/mine").read_bytes() == before
        assert known_feeds(settings)["searches/mine"] == "Mine"


def test_a_topic_rises_once_a_week(settings: Settings, version: Path) -> None:
    write_feeds(settings, version, BUILT_AT)
    [first] = read(settings, "rising-topics").entries
    assert first.title == "Rising: language model"
    assert "expected" in first.content[0].value
    papers = [paper(number, FRIDAY) for number in range(20)]
    same_week = write_version(version, papers, built_at=BUILT_AT + timedelta(days=2))
    write_feeds(settings, same_week, LATER)
    assert read(settings, "rising-topics").entries == [first]
    next_week = write_version(version, papers, built_at=datetime(2026, 12, 1, tzinfo=UTC))
    write_feeds(settings, next_week, LATER)
    [second] = read(settings, "rising-topics").entries
    assert second.id != first.id


HARD = [
    "author: “x",
    '"',
    "топик:“",
    "a" * 600,
    "&",
    "x*",
    "-",
    "after:never",
    "\ufffe\x00",
    "' --",
]


def test_no_topic_stops_the_feeds(settings: Settings, version: Path) -> None:
    rows = [(topic, place) for place, topic in enumerate(HARD)]
    with duckdb.connect(str(version)) as connection:
        connection.execute("update papers set topics = topics || ? where rowid = 0", [HARD])
        connection.execute("delete from topics")
        connection.executemany("insert into topics values (?, 1, true, 1, 0.1, 3.0, ?)", rows)
    report = write_feeds(settings, version, BUILT_AT)
    assert report.problems == []
    # Nothing is left of one.
    assert report.entries["rising-topics"] == len(HARD) - 1
    check_rules(feed_path(settings, "rising-topics"))
    rising = {entry.title: entry for entry in read(settings, "rising-topics").entries}
    assert rising["Rising: author: “x"].content[0].value.count("<li>") == 1


def test_a_search_from_anywhere_makes_a_valid_feed(settings: Settings, version: Path) -> None:
    (settings.searches / "odd.yml").write_text(
        'name: "odd\\x01 \\ufffe\\uffff name"\nquery: "topic\\ufffe \\x0bthing\\x00"\n'
    )
    report = write_feeds(settings, version, BUILT_AT)
    assert report.problems == []
    check_rules(feed_path(settings, "searches/odd"))
    assert read(settings, "searches/odd").feed.title == "Papertide: odd name"


def test_a_feed_that_cannot_be_made_keeps_its_last_edition(
    settings: Settings, version: Path
) -> None:
    save_search(settings.searches, SavedSearch(name="Mine", query="topic"))
    write_feeds(settings, version, BUILT_AT)
    before = feed_path(settings, "rising-topics").read_bytes()
    with duckdb.connect(str(version)) as connection:
        connection.execute("drop table topics")
        connection.execute("update papers set title = 'Corrected'")
    report = write_feeds(settings, version, LATER)
    [problem] = report.problems
    assert problem.startswith("rising-topics: CatalogException: ")
    assert feed_path(settings, "rising-topics").read_bytes() == before
    assert set(report.changed) == {"trending", "searches/mine"}
    assert set(known_feeds(settings)) == {*FEED_NAMES, "searches/mine"}
