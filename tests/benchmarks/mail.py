"""Figures of feeds and digests: ``python -m tests.benchmarks.mail [--papers 14000]``.

Writes a made-up version of that size and measures the functions that the assets call. What does
not belong here: whether their results are right (tests of ``publish`` and ``mail``).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from orchestration.publish.digests import DigestWriter
from orchestration.publish.feeds import write_feeds
from orchestration.publish.letters import digest_letter
from orchestration.publish.links import Links
from orchestration.publish.readings import open_reader
from orchestration.publish.searches import SavedSearch, save_search
from orchestration.publish.store import Frequency, Message, Subscriber
from orchestration.settings import Settings
from tests.fakes.published import BUILT_AT, word, write_large_version

SEARCHES = 100
DIGESTS = 1000


def query(number: int) -> str:
    """A query unlike the others: a word, a topic, an author or all three."""
    kinds = (
        word(number * 17),
        f'topic:"topic {number % 300}"',
        f"author:name{number % 700}",
        f"{word(number)} -{word(number * 3)} has:code",
    )
    return kinds[number % len(kinds)]


def feeds(settings: Settings, version: Path) -> None:
    """Seconds to write the standing feeds and those of 100 saved searches."""
    for number in range(SEARCHES):
        save_search(settings.searches, SavedSearch(name=f"s{number}", query=query(number)))
    for words in ("first", "again"):
        started, cpu = time.perf_counter(), time.process_time()
        report = write_feeds(settings, version)
        print(
            f"feeds {words}: {len(report.entries)} feeds, {sum(report.entries.values())} entries,"
            f" {len(report.changed)} files written, {time.perf_counter() - started:.1f} s"
            f" ({time.process_time() - cpu:.1f} s of processor time)"
        )


def digests(settings: Settings, version: Path, queries: list[str], words: str) -> None:
    """Digests rendered a second, from papers to the mail's bytes, a subscriber a query."""
    started, cpu = time.perf_counter(), time.process_time()
    written = papers = octets = 0
    day = BUILT_AT.date()
    with open_reader(version, day - timedelta(days=28)) as reader:
        writer = DigestWriter(reader, Links(settings.public_url), Frequency.WEEKLY, day)
        opened = time.perf_counter() - started
        for number, text in enumerate(queries):
            digest = writer.digest([text], writer.window(None))
            if digest is None:
                continue
            letter = digest_letter(settings, *_mail(number), digest, 0, BUILT_AT)
            written += 1
            papers += digest.sections[0].total
            octets += len(letter.content)
    seconds = time.perf_counter() - started
    print(
        f"digests, {words}: {written} of {papers / written:.0f} papers and"
        f" {octets / written / 1024:.0f} KiB in {seconds:.1f} s, of which {opened:.1f} s reading"
        f" the version: {written / seconds:.0f} a second"
        f" ({time.process_time() - cpu:.1f} s of processor time)"
    )


def _mail(number: int) -> tuple[Message, Subscriber]:
    now: datetime = BUILT_AT
    subscriber = Subscriber(
        id=number, email=f"reader{number}@example.org", frequency="weekly", changed_at=now
    )
    return Message(id=number, message_id=f"{number:032x}", payload="{}"), subscriber


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.mail", description=__doc__)
    parser.add_argument("--papers", type=int, default=14_000)
    papers = parser.parse_args().papers
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder))
        version = write_large_version(settings.home / "large.duckdb", papers)
        feeds(settings, version)
        different = [f"author:name{number % 90} -{word(number)}" for number in range(DIGESTS)]
        digests(settings, version, different, "each another query")
        shared = [different[number % 20] for number in range(DIGESTS)]
        digests(settings, version, shared, "20 queries shared")


if __name__ == "__main__":
    main()
