"""What operators run: the assets that send mail and the commands about it."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg
import feedparser
import pytest
from sqlalchemy import update

from orchestration.publish.feed_files import feed_path
from orchestration.publish.snapshot import current_version
from orchestration.publish.store import Message, Subscriber, open_store
from orchestration.publish.subscriptions import ask
from orchestration.settings import PROJECT_ROOT, Settings
from tests.fakes.smtp import MailServer
from tests.fakes.warehouse import copy_of, publish_changed
from tests.integration.mail.conftest import ADA, add_subscribers, subscriber_id

LATER = "20991231T000000Z"
BOB = "bob@example.org"


@pytest.fixture
def published(settings: Settings, version: Path) -> Settings:
    """Settings whose link leads to the version."""
    settings.link.symlink_to(version)
    return settings


def told(name: str, settings: Settings) -> dict[str, dg.MetadataValue]:
    """An asset's metadata after it ran."""
    from orchestration.defs import digests

    asset = getattr(digests, name)
    result = dg.materialize([asset], resources={"settings": settings})
    [event] = result.asset_materializations_for_node(name)
    return dict(event.metadata)


def test_the_assets_list_what_is_in_doubt(published: Settings, server: MailServer) -> None:
    mailing = server.settings(published)
    add_subscribers(mailing, {ADA: [""], BOB: [""]})
    server.script(BOB, ["CUT"])
    server.script(ADA, ["RCPT 450 later"])
    for asset in ("digests", "waiting_mail", "digests"):
        metadata = told(asset, mailing)
        assert metadata["in_doubt"].value == 1
        table = metadata["doubts"]
        assert isinstance(table, dg.TableMetadataValue)
        [row] = table.records
        assert row.data["subscriber"] == subscriber_id(mailing, BOB)
        assert str(row.data["edition"]).startswith("daily:")
    assert server.received == []


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "orchestration", *arguments],
        cwd=PROJECT_ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_going_back_takes_the_feeds_along(demo_home: Settings, tmp_path: Path) -> None:
    home = copy_of(demo_home, tmp_path / "copied")
    earlier = str(current_version(home))
    publish_changed(home, LATER, "update papers set title = 'Changed'")
    assert current_version(home) == LATER
    answer = command("rollback", PAPERTIDE_HOME=str(home.home))
    assert answer.stdout == f"readers now get {earlier}\n", answer.stderr
    feed = feedparser.parse(feed_path(home, "trending").read_bytes())
    assert "Changed" not in {entry.title for entry in feed.entries}
    # What is made up says so.
    assert feed.feed.title.endswith("(made up)")
    assert "made up" in feed.feed.subtitle


def test_the_commands(published: Settings, now: datetime) -> None:
    answer = command("digest")
    assert answer.returncode == 0, answer.stderr
    files = [Path(line) for line in answer.stdout.splitlines()]
    assert [file.name for file in files] == ["all-papers.html", "all-papers.txt"]
    assert "30 new papers" in files[1].read_text()
    add_subscribers(published, {ADA: [""], BOB: [""]})
    assert command("forget", ADA).stdout.startswith("erased")
    assert "nothing" in command("forget", ADA).stdout
    with open_store(published).begin() as session:
        assert [each.email for each in session.query(Subscriber)] == [BOB]


def test_the_sensor_runs_when_mail_is_due(
    settings: Settings, server: MailServer, now: datetime
) -> None:
    from orchestration.defs.automation import mail_waits

    def answer() -> object:
        with dg.build_sensor_context(resources={"settings": mailing}) as context:
            return mail_waits(context)

    mailing = server.settings(settings)
    assert isinstance(answer(), dg.SkipReason)
    ask(open_store(mailing), ADA, "", "daily", "client", now)
    assert isinstance(answer(), dg.RunRequest)
    with open_store(mailing).begin() as session:
        # Put off by the mail server: it waits, but not for a sender.
        session.execute(update(Message).values(due_at=now + timedelta(days=1)))
    assert isinstance(answer(), dg.SkipReason)
