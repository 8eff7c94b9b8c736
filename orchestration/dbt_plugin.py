"""dbt-duckdb's plugin (see ``profiles.yml``) that lets the build read a lake in a bucket.

What does not belong here: the reading itself (``objects.py``), which lake it is (``settings.py``).
"""

from __future__ import annotations

from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection

from orchestration.objects import is_address, let_read


class Plugin(BasePlugin):
    """Configured with the lake's ``url``; empty or local, there is nothing to do."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Take the address."""
        self._url: str = plugin_config["url"]

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Give the connection what it reads a bucket with."""
        if is_address(self._url):
            let_read(conn, self._url)
