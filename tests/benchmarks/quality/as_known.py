"""The product's own models, rebuilt from what was known on a day: the SQL that dbt compiled, run on
tables cut off at that day. What does not belong here: a second way to compute anything.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

MODEL, SEED = "model.papertide.", "seed.papertide."


@dataclass(frozen=True)
class Compiled:
    """A dbt node as compiled: where it is built, from which nodes, by which SQL (none: a seed)."""

    relation: str
    needs: tuple[str, ...]
    sql: str | None


def compiled_nodes(manifest: Path) -> dict[str, Compiled]:
    """Models and seeds of a manifest written by a dbt run, by name."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    return {
        node["name"]: Compiled(
            node["relation_name"],
            tuple(
                nodes[need]["name"] for need in node["depends_on"].get("nodes", ()) if need in nodes
            ),
            node.get("compiled_code"),
        )
        for node_id, node in nodes.items()
        if node_id.startswith((MODEL, SEED))
    }


def make_schemas(connection: duckdb.DuckDBPyConnection, nodes: dict[str, Compiled]) -> None:
    """Make databases in memory with all that the compiled SQL names."""
    schemas = {node.relation.rsplit(".", 1)[0] for node in nodes.values()}
    for database in {schema.split(".")[0] for schema in schemas}:
        connection.execute(f"attach ':memory:' as {database}")
    for schema in schemas:
        connection.execute(f"create schema if not exists {schema}")


class AsKnown:
    """Models as they would have been on a day, or with other parameters.

    The connection's catalogue ``built`` is what dbt made the marts from; models are rebuilt in
    others, in memory, that have the names the compiled SQL asks for.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, nodes: dict[str, Compiled]) -> None:
        self.connection, self.nodes = connection, nodes
        self._ready: set[str] = set()
        make_schemas(connection, nodes)

    def stand_on(self, last_day: date, *, is_dictionary_known: bool = True) -> None:
        """Forget what was listed after a day; keep the dictionary of all days when told so.

        What is found in a paper depends on that paper and the dictionary alone, so the phrases that
        were in the dictionary were found then where they are found now.
        """
        self._ready = set()
        listed, found = "int_papers__first_listed", "int_topics__found"
        self._make(listed, f"select * from {self.built(listed)} where listed_on <= $day", last_day)
        is_known = f"paper_id in (select paper_id from {self.nodes[listed].relation})"
        keywords, dictionary = "int_topics__keywords", "int_topics__dictionary"
        known = f"where {is_known}" if is_dictionary_known else ""
        self._make(keywords, f"select * from {self.built(keywords)} {known}")
        self._make(
            found,
            f"""
            select found.* from {self.built(found)} as found
            where {is_known} and found.topic in (
                select topic from {self.built(dictionary)}
                where topic_key in (select topic_key from {self.table(dictionary)})
            )
            """,
        )

    def take(self, *names: str) -> None:
        """Use models as dbt built them, from everything."""
        for name in names:
            self._make(name, f"select * from {self.built(name)}")

    def table(self, name: str) -> str:
        """The relation of a model, built from what is known, with all that it needs."""
        node = self.nodes[name]
        if name not in self._ready:
            for need in node.needs:
                self.table(need)
            self._make(name, node.sql or f"select * from {self.built(name)}")
        return node.relation

    def built(self, name: str) -> str:
        """The relation of a model as dbt built it, from everything."""
        return "built." + self.nodes[name].relation.split(".", 1)[1]

    def _make(self, name: str, sql: str, day: date | None = None) -> None:
        relation = self.nodes[name].relation
        self.connection.execute(
            f"create or replace table {relation} as {sql}", {"day": day} if day else None
        )
        self._ready.add(name)
