"""A real HTTP server on the loopback interface, the ground of the fake hub and the fake arXiv.

What does not belong here: what is answered, and what goes wrong on the way.
"""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Self


class LoopbackServer:
    """Serves with ``handler`` while its context lasts.

    Attributes:
        url: its address.
        stopping: set at the end, so that a handler that hangs goes on.
        lock: guards the counters.
        connections: connections opened.
        busiest: most requests in hand at once.
    """

    url: str

    def listen(self, handler: type[LoopbackHandler], port: int = 0) -> None:
        """Take ``port`` (0: a free one); requests wait until the context begins."""
        self.stopping, self.lock = Event(), Lock()
        self.connections = self.busiest = self._busy = 0
        bound = type("Handler", (handler,), {"fake": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), bound)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def take(self) -> None:
        """Count a request that begins; the lock is held."""
        self._busy += 1
        self.busiest = max(self.busiest, self._busy)

    def give_back(self) -> None:
        """Count a request that ends; the lock is held."""
        self._busy -= 1


class LoopbackHandler(BaseHTTPRequestHandler):
    """Keeps connections open and stays silent: what was asked is kept by the server."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    fake: Any

    def setup(self) -> None:
        """Count the connection."""
        super().setup()
        with self.fake.lock:
            self.fake.connections += 1

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""
