"""Stopping what `make up` started: real processes, none of which may be left behind.

What does not belong here: the servers themselves (``tests/browser/test_line.py``).
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from orchestration import supervise
from tests.fakes.loopback import LoopbackHandler, LoopbackServer

# Said either way: what a background job of a shell starts has Ctrl-C ignored.
WILLING = "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL); "
STUBBORN = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); "
SLEEP = "import time; print('up', flush=True); time.sleep(600)"
PARENT = f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {SLEEP!r}]).pid)"


@pytest.fixture(autouse=True)
def _signals_stay() -> Iterator[None]:
    stops = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {stop: signal.getsignal(stop) for stop in stops}
    yield
    for stop, handler in before.items():
        signal.signal(stop, handler)


class Healthy(LoopbackHandler):
    """Says that it is well, whatever is asked."""

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        """Answer."""
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()


def start(code: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True
    )


def said(process: subprocess.Popen[bytes]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().decode().strip()


def test_nothing_outlives_the_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "STOP_SECONDS", 3)
    willing, stubborn, parent = (
        start(code) for code in (WILLING + SLEEP, STUBBORN + SLEEP, PARENT)
    )
    child = psutil.Process(int(said(parent)))
    parent.wait()
    assert {said(willing), said(stubborn)} == {"up"}

    supervise._stop([willing, stubborn, parent])

    assert willing.returncode == -signal.SIGINT
    assert stubborn.returncode == -signal.SIGKILL
    psutil.wait_procs([child], timeout=10)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    # A second Ctrl-C, or the terminal's end, no longer reaches the supervisor.
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        assert signal.getsignal(stop) is signal.SIG_IGN


def test_a_server_that_ends_is_noticed_while_others_work() -> None:
    refresh, dead = start(SLEEP), start("")
    dead.wait()
    server = supervise.Server("dashboard", "http://127.0.0.1:9", "/", Path("dashboard.log"), dead)
    try:
        with pytest.raises(supervise.SupervisorError, match=r"dashboard ended.*dashboard\.log"):
            supervise._wait_for(refresh, [server])
        assert refresh.poll() is None
    finally:
        refresh.kill()
        refresh.wait()


def test_a_proxy_is_not_asked_about_a_server_of_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    process = start("")
    process.wait()
    fake = LoopbackServer()
    fake.listen(Healthy)
    with fake:
        server = supervise.Server("dashboard", fake.url, "/health", Path("dashboard.log"), process)
        assert server.is_healthy()
