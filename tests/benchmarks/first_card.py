"""Seconds until a reader sees a card: ``python -m tests.benchmarks.first_card HOME``.

Starts the dashboard on a data folder that has a published version, looks at Today with a real
browser after each cold start and in new sessions, and holds 20 sessions open to see the server's
memory. What does not belong here: how fast queries are (``reading_steps``).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import psutil
from playwright.sync_api import Browser, Error, sync_playwright

from orchestration.settings import PROJECT_ROOT
from tests.browser.conftest import FLAGS, found, free_port
from tests.browser.session import session

COLD_STARTS = 3
LISTENING_TRIES = 2000
NEW_SESSIONS = 8
SESSIONS = 20
PLACES = ("", "search", "trends", "authors", "organizations", "scale", "coverage", "sql")


@contextmanager
def served(home: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A dashboard that was just started; it may not answer yet."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py"]
    with subprocess.Popen(
        [*command, f"--server.port={port}"],
        cwd=PROJECT_ROOT,
        env=os.environ | {"PAPERTIDE_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.terminate()


def first_card(browser: Browser, url: str) -> float:
    """Seconds until a new session shows a card; waits for a server that starts."""
    with browser.new_context() as context:
        page = context.new_page()
        started = time.perf_counter()
        for _ in range(LISTENING_TRIES):
            try:
                page.goto(url, wait_until="commit")
                break
            except Error:  # it does not listen yet
                time.sleep(0.02)
        page.locator(".pt-card").first.wait_for()
        return time.perf_counter() - started


def megabytes(process: subprocess.Popen[bytes]) -> int:
    """What the server holds in memory."""
    return round(psutil.Process(process.pid).memory_info().rss / 2**20)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    home = parser.parse_args().home.resolve()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found(), args=FLAGS)
        cold = []
        for _ in range(COLD_STARTS):
            with served(home) as (url, _process):
                cold.append(first_card(browser, url))
        print(f"first card after a cold start: {median(cold):.2f} s (goal 2)", sorted(cold))
        with served(home) as (url, process):
            first_card(browser, url)
            warm = [first_card(browser, url) for _ in range(NEW_SESSIONS)]
            print(f"first card of a new session: {median(warm):.2f} s (goal 1)", sorted(warm))
            print(f"memory after {1 + NEW_SESSIONS} sessions that ended: {megabytes(process)} MB")
            with ExitStack() as opened:
                readers = [opened.enter_context(session(url)) for _ in range(SESSIONS)]
                for reader in readers:
                    for place in PLACES:
                        reader.visit(place)
                print(f"memory with {SESSIONS} sessions open: {megabytes(process)} MB")
        browser.close()


if __name__ == "__main__":
    main()
