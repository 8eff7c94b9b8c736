"""``make up``: the dashboard and the Dagster UI beside a refresh, until Ctrl-C.

What does not belong here: what a refresh does (``runs.py``).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from orchestration.home import prepare
from orchestration.settings import PROJECT_ROOT, Settings

STOP_SECONDS = 20
START_SECONDS = 120

_loopback = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Asks this machine itself, also where everything else goes through a proxy."""


class SupervisorError(RuntimeError):
    """A server can't be started or has died; the message says what to do."""


@dataclass
class Server:
    """A started server: its name, address, log and process."""

    name: str
    url: str
    health: str
    log: Path
    process: subprocess.Popen[bytes]

    def is_healthy(self) -> bool:
        """Whether it answers."""
        try:
            with _loopback.open(self.url + self.health, timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def up(settings: Settings, say: Callable[[str], None]) -> int:
    """Start both servers, refresh, and wait for Ctrl-C; give the exit code.

    Raises:
        SupervisorError: a port is taken, a server does not come up, or it ends by itself.
    """
    prepare(settings)
    for port, variable in (
        (settings.dashboard_port, "PAPERTIDE_DASHBOARD_PORT"),
        (settings.dagster_port, "PAPERTIDE_DAGSTER_PORT"),
    ):
        _require_free(port, variable)
    environment = dict(
        os.environ,
        PAPERTIDE_HOME=str(settings.home),
        DAGSTER_HOME=str(settings.dagster_home),
        STREAMLIT_BROWSER_GATHER_USAGE_STATS="false",
    )
    # A shell that starts this in the background has it, and its children, ignore Ctrl-C.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, _interrupt)
    # Who starts it with nohup wants it to outlive the terminal.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _interrupt)
    started: list[subprocess.Popen[bytes]] = []
    try:
        servers = []
        for start in (_start_dashboard, _start_dagster):
            servers.append(start(settings, environment))
            started.append(servers[-1].process)
        refresh = subprocess.Popen(
            [sys.executable, "-m", "orchestration", "data"],
            env=environment,
            cwd=PROJECT_ROOT,
            start_new_session=True,
        )
        started.append(refresh)
        for server in servers:
            _wait_until_healthy(server)
            say(f"{server.name}: {server.url}")
        _wait_for(refresh, servers)
        say(
            "collected, built and published"
            if refresh.returncode == 0
            else "the refresh failed (see above); readers keep the last published version"
        )
        say(f"SQL: duckdb -readonly {_shown(settings.link)}")
        say("Ctrl-C stops both servers")
        _wait_for(None, servers)
    except KeyboardInterrupt:
        say("stopping ...")
    finally:
        _stop(started)
    return 0


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    _ignore_signals()
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    """From here on all ends anyway: another Ctrl-C would leave servers behind."""
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, signal.SIG_IGN)


def _wait_for(process: subprocess.Popen[bytes] | None, servers: list[Server]) -> None:
    """Wait until ``process`` ends, for ever without one; no server may end meanwhile."""
    while process is None or process.poll() is None:
        for server in servers:
            if server.process.poll() is not None:
                raise SupervisorError(
                    f"the {server.name} ended by itself; its last words are in {server.log}"
                )
        time.sleep(0.5)


def _stop(started: list[subprocess.Popen[bytes]]) -> None:
    """Ask all to end as Ctrl-C would, then kill what is left of their process groups.

    What has landed is kept, whatever the refresh was at; the next start goes on from there.
    """
    _ignore_signals()
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
    deadline = time.monotonic() + STOP_SECONDS
    for process in started:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0, deadline - time.monotonic()))
        # Processes it started may have outlived it.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _start_dashboard(settings: Settings, environment: dict[str, str]) -> Server:
    port = settings.dashboard_port
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py"]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    command += ["--server.headless", "true"]
    return _start("dashboard", port, "/_stcore/health", command, settings, environment)


def _start_dagster(settings: Settings, environment: dict[str, str]) -> Server:
    port = settings.dagster_port
    command = [sys.executable, "-m", "dagster", "dev", "--workspace", "workspace.yaml"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    return _start("Dagster UI", port, "/server_info", command, settings, environment)


def _start(
    name: str,
    port: int,
    health: str,
    command: list[str],
    settings: Settings,
    environment: dict[str, str],
) -> Server:
    log = settings.logs / f"{name.split()[0].lower()}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=PROJECT_ROOT,
            start_new_session=True,
        )
    return Server(name, f"http://127.0.0.1:{port}", health, log, process)


def _wait_until_healthy(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not server.is_healthy():
        if server.process.poll() is not None or time.monotonic() > deadline:
            raise SupervisorError(f"the {server.name} did not start; see {server.log}")
        time.sleep(0.2)


def _require_free(port: int, variable: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise SupervisorError(
                f"port {port} is taken: stop what uses it or set {variable} to another"
            ) from None


def _shown(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
