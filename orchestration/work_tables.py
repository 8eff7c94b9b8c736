"""Tables of the work file go as soon as nobody of a build reads them any more.

What does not belong here: whether the disk is small enough for that (``sizing.py``), and the build
(``transform.py``).
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

WORK_DATABASE: Final = "work"
_WENT_WELL: Final = {"success", "pass", "warn"}


class WorkTables:
    """Who of a whole build has still to read which table: models, and tests of the data."""

    def __init__(self, manifest: Manifest) -> None:
        nodes = manifest.nodes
        tables = {
            name
            for name, node in nodes.items()
            if node.database == WORK_DATABASE and node.config.materialized in {"table", "seed"}
        }
        self._relations = {name: str(nodes[name].relation_name) for name in tables}
        self._read = {
            name: tables.intersection(node.depends_on_nodes) for name, node in nodes.items()
        }
        self._readers = Counter(table for read in self._read.values() for table in read)
        self._lock = threading.Lock()

    def unread_after(self, node: Mapping[str, Any]) -> list[str]:
        """The tables whose last reader a node was, by their relations' names.

        Args:
            node: as dbt's events tell it (``node_info``).
        """
        # A view goes on reading.
        if node["node_status"] not in _WENT_WELL or node["materialized"] == "view":
            return []
        read = self._read[node["unique_id"]]
        # Two models may end at once, and a table goes once.
        with self._lock:
            self._readers.subtract(read)
            return [self._relations[table] for table in read if not self._readers[table]]
