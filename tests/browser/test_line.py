"""`make up` as a person meets it: both servers, a run started in the Dagster UI, a new paper."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from orchestration.settings import PROJECT_ROOT
from tests.browser.conftest import free_port
from tests.fakes.hub import FakeHub
from tests.fakes.listings import FixedListings

PATIENCE = 180_000  # milliseconds; a run of everything on a busy machine


def record(paper_id: str, title: str, upvotes: int) -> dict[str, Any]:
    """A listing's record with little but what a card needs."""
    return {
        "paper": {
            "id": paper_id,
            "title": title,
            "summary": f"What {title} is about, in one sentence.",
            "authors": [{"_id": f"{paper_id}-1", "name": "Ada Moss", "hidden": False}],
            "upvotes": upvotes,
        },
        "title": title,
        "numComments": 1,
    }


@dataclass
class Up:
    """A running `make up`: where it is, what its hub lists, what it said."""

    dashboard: str
    dagster: str
    listed: dict[date, list[dict[str, Any]]]
    process: subprocess.Popen[str]
    said: list[str]


@pytest.fixture(scope="module")
def up(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """Both servers over a hub that lists one paper today."""
    home: Path = tmp_path_factory.mktemp("up") / "home"
    listed = {datetime.now(UTC).date(): [record("2611.00001", "Tides at Dawn", 7)]}
    ports = {"DASHBOARD": free_port(), "DAGSTER": free_port()}
    with FakeHub(FixedListings(listed)) as hub:
        environment = {
            **os.environ,
            "PAPERTIDE_HOME": str(home),
            "PAPERTIDE_SOURCE": "live",
            "PAPERTIDE_HUB_URL": hub.url,
            "PAPERTIDE_ARXIV_URL": hub.url,
            "PAPERTIDE_REQUEST_ATTEMPTS": "2",
            "PAPERTIDE_COLLECT_DAYS": "2",
            **{f"PAPERTIDE_{name}_PORT": str(port) for name, port in ports.items()},
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "orchestration", "up"],
            cwd=PROJECT_ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said: list[str] = []
        is_ready = threading.Event()

        def listen() -> None:
            assert process.stdout is not None
            for line in process.stdout:
                said.append(line)
                if "Ctrl-C stops" in line:
                    is_ready.set()

        threading.Thread(target=listen, daemon=True).start()
        try:
            assert is_ready.wait(PATIENCE / 1000), "".join(said)
            urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
            yield Up(urls["DASHBOARD"], urls["DAGSTER"], listed, process, said)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1400, "height": 1000}) as context:
        opened = context.new_page()
        opened.set_default_timeout(60_000)
        yield opened


def test_up_says_where_everything_is(up: Up) -> None:
    said = "".join(up.said)
    assert f"dashboard: {up.dashboard}" in said
    assert f"Dagster UI: {up.dagster}" in said
    assert "collected, built and published" in said
    assert "duckdb -readonly" in said


def test_a_run_from_the_dagster_ui_brings_a_new_paper_to_the_page(up: Up, page: Page) -> None:
    page.goto(up.dashboard)
    expect(page.get_by_text("Tides at Dawn").first).to_be_visible()
    expect(page.get_by_text("Spring Tide Networks")).to_have_count(0)
    today = datetime.now(UTC).date()
    up.listed.setdefault(today, []).insert(0, record("2611.00002", "Spring Tide Networks", 30))

    page.goto(f"{up.dagster}/locations/orchestration.definitions/jobs/refresh")
    page.get_by_role("button", name=re.compile("Materialize all")).click()
    page.get_by_role("button", name="Latest").click()
    # The UI asks a question before it launches: who leaves the page too early launches nothing.
    with page.expect_response(re.compile("op=LaunchPipelineExecution")):
        page.get_by_role("button", name="Launch 1 run").click()

    page.goto(f"{up.dagster}/runs")
    newest = page.locator("a[href^='/runs/']").first
    expect(newest).to_be_visible()
    expect(page.get_by_text("Success", exact=True)).to_have_count(2, timeout=PATIENCE)
    page.goto(up.dashboard)
    expect(page.get_by_text("Spring Tide Networks").first).to_be_visible()
    expect(page.get_by_text("Tides at Dawn").first).to_be_visible()


def test_ctrl_c_stops_both_servers(up: Up, page: Page) -> None:
    for stop in (signal.SIGINT, signal.SIGHUP):  # an impatient person, who closes the window
        up.process.send_signal(stop)
    assert up.process.wait(60) == 0
    for url in (up.dashboard, up.dagster):
        with pytest.raises(Exception, match="ERR_CONNECTION_REFUSED"):
            page.goto(url)
