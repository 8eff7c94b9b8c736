"""Steps of what readers get sent: feeds of saved searches, and digests.

What does not belong here: sending (its speed is the mail server's).
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from typing import Any

import duckdb

from orchestration.publish.digests import LOOK_BACK, DigestWriter
from orchestration.publish.feeds import write_feeds
from orchestration.publish.letters import digest_letter
from orchestration.publish.links import Links
from orchestration.publish.query import Kind, part_text
from orchestration.publish.readings import open_reader
from orchestration.publish.searches import SavedSearch, save_search
from orchestration.publish.store import Frequency, Message, Subscriber
from orchestration.settings import Settings, load_settings
from tests.benchmarks.lake_steps import Running

SEARCHES = 100
DIGESTS = 1000


def feeds() -> Running:
    """Write the standing feeds and those of 100 saved searches: words, topics, authors, code."""
    settings = load_settings()
    words = _read(settings, "select split_part(title, ' ', -1) from papers")
    topics = _read(settings, "select topic from topics where papers > 1")
    authors = _read(settings, "select name from authors where papers > 1")
    for number in range(SEARCHES):
        word, topic, author = (each[number % len(each)] for each in (words, topics, authors))
        kinds = (
            part_text(Kind.TOPIC, topic),
            part_text(Kind.AUTHOR, author),
            f'"{word}"',
            f'"{word}" has:code',
        )
        query = kinds[number % len(kinds)]
        save_search(settings.searches, SavedSearch(name=f"s{number}", query=query))
    yield
    report = write_feeds(settings, settings.link)
    if report.problems:
        raise RuntimeError(report.problems[0])
    return {"feeds": len(report.entries), "entries": sum(report.entries.values())}


def digests() -> Running:
    """Write 1,000 weekly mails from a version to their bytes, each of another query."""
    settings = load_settings()
    newest = _read(settings, "select max(first_listed_on) from papers")[0]
    day: date = newest + timedelta(days=1)
    since = day - timedelta(days=7)
    authors = _read(
        settings,
        "select distinct unnest(authors) as name from papers where first_listed_on >= ?",
        since,
    )
    morning = datetime.combine(day, clock(6), UTC)
    yield
    started = time.perf_counter()
    written = 0
    with open_reader(settings.link, day - 2 * LOOK_BACK) as reader:
        writer = DigestWriter(reader, Links(settings.public_url), Frequency.WEEKLY, day)
        for number in range(DIGESTS):
            author = part_text(Kind.AUTHOR, authors[number % len(authors)])
            digest = writer.digest([f"{author} -word{number}"], writer.window(None))
            if digest is not None:
                digest_letter(settings, *_mail(number, morning), digest, 0, morning)
                written += 1
    seconds = time.perf_counter() - started
    return {"digests": written, "a_second": round(written / seconds)}


def _mail(number: int, now: datetime) -> tuple[Message, Subscriber]:
    subscriber = Subscriber(
        id=number, email=f"reader{number}@example.org", frequency="weekly", changed_at=now
    )
    return Message(id=number, message_id=f"{number:032x}", payload="{}"), subscriber


def _read(settings: Settings, sql: str, *parameters: object) -> list[Any]:
    """The first column of the published version's answer, in the values' order."""
    with duckdb.connect(str(settings.link.resolve()), read_only=True) as connection:
        rows = connection.execute(f"{sql} order by all limit 5000", list(parameters)).fetchall()
    return [value for (value,) in rows]
