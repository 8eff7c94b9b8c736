"""A real browser and a running dashboard, started once for all browser tests.

Chromium is used when found, installed by apt when the machine lets us, else these tests skip and
say so loudly; with ``CI=true`` a missing browser is a failure.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from orchestration.settings import PROJECT_ROOT, Settings
from tests.fakes.warehouse import copy_of

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 60
expect.set_options(timeout=20_000)  # other tests may share the machine


@dataclass(frozen=True)
class Dashboard:
    """A running dashboard: its address, its data folder and its process."""

    url: str
    settings: Settings
    process: subprocess.Popen[bytes]


def found() -> str | None:
    """The path of a Chromium that is installed here."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _installed() -> str | None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "chromium"]):
        subprocess.run(command, check=False, capture_output=True, timeout=400)
    return found()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    path = found() or _installed()
    if path is None:
        words = "NO CHROMIUM: the browser tests did not run"
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        warnings.warn(words, stacklevel=1)
        pytest.skip(words)
    return path


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """A headless browser."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        launched.close()


def free_port() -> int:
    """A port of the loopback interface that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def dashboard(demo_home: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """The dashboard as `make up` starts it, on demo data that tests may publish anew."""
    settings = copy_of(demo_home, tmp_path_factory.mktemp("dashboard") / "home")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PAPERTIDE_")
    }
    log = tmp_path_factory.mktemp("log") / "dashboard.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "dashboard/app.py", f"--server.port={port}"],
            cwd=PROJECT_ROOT,
            env=environment | {"PAPERTIDE_HOME": str(settings.home)},
            stdout=output,
            stderr=output,
        )
    try:
        _wait_for(url, process, log)
        yield Dashboard(url, settings, process)
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"the dashboard ended: {log.read_text()}")
        try:
            if httpx.get(f"{url}/_stcore/health").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"the dashboard did not start in {START_SECONDS} s: {log.read_text()}")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a session of its own; an error in it, or a dialog, fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss()))
    yield opened
    context.close()
    assert not faults, faults
