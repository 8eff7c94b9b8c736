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
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from orchestration.home import prepare
from orchestration.settings import PROJECT_ROOT, Settings

STOP_SECONDS = 20
START_SECONDS = 120


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
            with urllib.request.urlopen(self.url + self.health, timeout=2) as answer:  # noqa: S310 - our own loopback address
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self) -> None:
        """Ask it to end as Ctrl-C would; end its whole process group when it does not."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


def up(settings: Settings, say: Callable[[str], None]) -> int:
    """Start both servers, refresh, and wait for Ctrl-C; give the exit code.

    Raises:
        SupervisorError: a port is taken or a server does not come up.
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
    servers: list[Server] = []
    refresh: subprocess.Popen[bytes] | None = None
    try:
        servers = [_start_dashboard(settings, environment), _start_dagster(settings, environment)]
        refresh = subprocess.Popen(
            [sys.executable, "-m", "orchestration", "data"],
            env=environment,
            cwd=PROJECT_ROOT,
            start_new_session=True,
        )
        for server in servers:
            _wait_until_healthy(server)
            say(f"{server.name}: {server.url}")
        code = refresh.wait()
        say(
            "collected, built and published"
            if code == 0
            else "the refresh failed (see above); readers keep the last published version"
        )
        say(f"SQL: duckdb -readonly {_shown(settings.link)}")
        say("Ctrl-C stops both servers")
        while all(server.process.poll() is None for server in servers):
            time.sleep(0.5)
        dead = next(server for server in servers if server.process.poll() is not None)
        raise SupervisorError(f"the {dead.name} ended by itself; its last words are in {dead.log}")
    except KeyboardInterrupt:
        say("stopping ...")
        return 0
    finally:
        if refresh is not None and refresh.poll() is None:
            # Whatever has landed is kept; the next start goes on from there.
            refresh.send_signal(signal.SIGINT)
            refresh.wait()
        for server in servers:
            server.stop()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


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
