"""The inbox under SIGKILL: a real process, ended at random moments, loses and doubles nothing."""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections import Counter

from orchestration.collect import lake
from orchestration.collect.inbox import collect_inbox
from orchestration.collect.landing import iter_landed, read_landed, unread
from orchestration.collect.replay import catch_up
from orchestration.settings import Settings
from tests.unit.collect.pages import card, text_page

PAGES, KILLS = 120, 10


def waiting(settings: Settings) -> int:
    """Pages that are not read yet."""
    return len(list(settings.inbox.glob("*.txt")))


def test_killed_at_random_moments_every_page_is_read_once(settings: Settings) -> None:
    contents = {f"{n}.txt": text_page(card(f"Paper {n}"), "stray") for n in range(PAGES)}
    for name, content in contents.items():
        path = settings.inbox / name
        path.write_text(content)
        os.utime(path, (0, 0))

    # A server that has everything imported forks each process, so a kill costs no start-up.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["orchestration.collect.inbox"])
    context.Process(target=os.getpid).start()
    choice = random.Random(5)
    killed = 0
    while killed < KILLS and waiting(settings):
        goal = waiting(settings) - choice.uniform(0, PAGES / KILLS)
        process = context.Process(target=collect_inbox, args=(settings,))
        process.start()
        while process.is_alive() and waiting(settings) > goal:
            time.sleep(0.001)
        time.sleep(choice.uniform(0, 0.02))
        killed += process.is_alive()
        process.kill()
        process.join()
    assert killed > KILLS // 4
    assert waiting(settings) < PAGES, "no kill came in the middle of the work: nothing was proved"

    catch_up(settings)
    collect_inbox(settings)
    done = {path.name: path.read_text() for path in (settings.inbox / "done").iterdir()}
    assert done == contents
    bodies = [read_landed(settings.landing / p.path)[1] for p in iter_landed(settings.landing)]
    assert sorted(bodies) == sorted(content.encode() for content in contents.values())
    titles = Counter(lake.scan(settings.lake, "listings").to_table()["title"].to_pylist())
    assert titles == {f"Paper {n}": 1 for n in range(PAGES)}
    assert lake.scan(settings.lake, "observations").count_rows() == PAGES
    assert lake.scan(settings.lake, "quarantined_records").count_rows() == PAGES
    assert unread(settings.landing) == []
