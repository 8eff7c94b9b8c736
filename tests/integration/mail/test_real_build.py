"""Feeds, digests and the data package of what dbt really builds."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta

import duckdb
import feedparser
import pytest

from orchestration.publish.feed_files import feed_path
from orchestration.publish.feeds import write_feeds
from orchestration.publish.searches import SavedSearch, save_search
from orchestration.publish.sending import send_digests
from orchestration.publish.snapshot import current_version
from orchestration.settings import Settings
from tests.fakes.smtp import MailServer
from tests.fakes.warehouse import NEWEST_DAY
from tests.integration.mail.conftest import add_subscribers
from tests.unit.publish.test_feeds import check_rules


@pytest.fixture
def own(settings: Settings, demo_home: Settings) -> Settings:
    """A data folder of the test's own; the version stays where it was built."""
    save_search(settings.searches, SavedSearch(name="Code", query="has:code", order="newest"))
    return settings


def test_feeds(own: Settings, demo_home: Settings) -> None:
    report = write_feeds(own, demo_home.link)
    assert report.problems == []
    for name, entries in report.entries.items():
        check_rules(feed_path(own, name))
        feed = feedparser.parse(feed_path(own, name).read_bytes())
        assert not feed.bozo
        assert len(feed.entries) == entries
    assert report.entries["daily"] >= 5
    assert report.entries["weekly"] >= 1
    assert report.entries["trending"] >= 10
    assert report.entries["searches/code"] >= 5
    assert write_feeds(own, demo_home.link).changed == []


def test_digests(own: Settings, demo_home: Settings, server: MailServer) -> None:
    with duckdb.connect(str(demo_home.link.resolve()), read_only=True) as connection:
        row = connection.execute(
            "select topic, count(*) from (select unnest(topics) as topic from papers"
            " where first_listed_on >= ?) group by topic order by count(*) desc, topic",
            [NEWEST_DAY],
        ).fetchone()
    assert row is not None
    topic, papers = row
    mailing = server.settings(own)
    add_subscribers(mailing, {"ada@example.org": [f'topic:"{topic}"']})
    morning = datetime.combine(NEWEST_DAY + timedelta(days=1), time(6), UTC)
    report = send_digests(mailing, demo_home.link, "daily", morning)
    assert report.states == {"sent": 1}
    [received] = server.received
    assert f"{papers} paper" in received.mail["Subject"]
    assert "made up" in received.part("plain")


def test_data_package(demo_home: Settings) -> None:
    folder = demo_home.published / (current_version(demo_home) or "")
    package = json.loads((folder / "datapackage.json").read_bytes())
    papers = next(table for table in package["resources"] if table["name"] == "papers")
    assert papers["description"]
    undescribed = [
        f"{table['name']}.{field['name']}"
        for table in package["resources"]
        for field in table["schema"]["fields"]
        if not field.get("description")
    ]
    assert undescribed == []
