"""All mentions linked again by the product's own models, with confirmed accounts hidden from them.

A hidden account is gone from the author line, and from the paper when it submitted it: a submitter
with an author's name is that author. What does not belong here: judging the links
(``identity.py``), or another way to link (``splink_peer.py``).
"""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import yaml
from numpy.typing import NDArray

from orchestration.transform import DBT_PROJECT
from tests.benchmarks.quality.as_known import Compiled, make_schemas
from tests.benchmarks.quality.data import TUNED_BEFORE, Data

MENTIONS, LISTINGS = "int_authors__mentions", "int_paper_listings"
NAMES, EVIDENCE, IDENTIFIED = (
    f"int_authors__{name}" for name in ("names", "evidence", "identified")
)
CONFIRMED = "status in ('claimed_verified', 'admin_assigned', 'extracted_confirmed')"

KNOWN = """
    select
        identified.paper_id,
        identified.position,
        identified.folded_name,
        {truth} as person,
        measures.dated_on < $tuned_before as is_tuned
    from {identified} as identified
    inner join {mentions} as mentions
        on identified.paper_id = mentions.paper_id and identified.position = mentions.position
    inner join {measures} as measures on identified.paper_id = measures.paper_id
    {truth_from}
    order by identified.paper_id, identified.position
"""
WITHOUT_ACCOUNTS = f"""
    select * exclude (hides_account) replace (
        case when not hides_account then username end as username,
        case when not hides_account then status end as status
    )
    from (
        select *, ({{is_hidden}}) and coalesce({CONFIRMED}, false) as hides_account
        from {{mentions}}
    )
"""
WITHOUT_SUBMITTERS = f"""
    with accounts as (
        select distinct username from {{mentions}} where {CONFIRMED}
    ),

    listings as (
        select
            listings.*,
            ({{is_hidden}}) and accounts.username is not null as hides_submitter
        from {{listings}} as listings
        left join accounts on listings.submitter_username = accounts.username
    )

    select * exclude (hides_submitter) replace (
        case when not hides_submitter then submitter_username end as submitter_username,
        case when not hides_submitter then submitter_name end as submitter_name
    )
    from listings
"""


class Relinking:
    """The identity models run again on mentions that hide some accounts."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, nodes: dict[str, Compiled], built: str
    ) -> None:
        self.connection, self.nodes = connection, nodes
        connection.execute(f"attach '{built}' as built (read_only)")
        make_schemas(connection, nodes)
        self.models = self._models(IDENTIFIED)
        for name in {need for model in self.models for need in nodes[model].needs}:
            if name not in self.models:
                self._make(name, f"select * from {self.built(name)}")

    def known(self, data: Data) -> dict[str, NDArray[Any]]:
        """Mentions whose person is known: by account, or by the generator's truth."""
        if data.is_recorded:
            truth, truth_from = "mentions.username", f"where {CONFIRMED} and username is not null"
        else:
            files = data.settings.home / "truth" / "mentions" / "*.parquet"
            truth = "truth.person"
            truth_from = f"""inner join read_parquet('{files}') as truth
                on identified.paper_id = truth.paper_id and identified.position = truth.position
                where truth.person is not null"""
        self.connection.execute(
            "create temp table known as "
            + KNOWN.format(
                truth=truth,
                truth_from=truth_from,
                identified=self.built(IDENTIFIED),
                mentions=self.built(MENTIONS),
                measures=self.built("int_papers__measures"),
            ),
            {"tuned_before": TUNED_BEFORE},
        )
        known = self.connection.sql("from known order by paper_id, position").fetchnumpy()
        return {name: np.ma.getdata(column) for name, column in known.items()}

    def persons(self, is_hidden: str, joined_from: float | None = None) -> list[str]:
        """The person each known mention is taken for.

        Args:
            is_hidden: condition on a paper's id: whose papers hide the accounts.
            joined_from: probability from which mentions are joined, the product's when none.
        """
        self.link(is_hidden, joined_from)
        return self.of_known(self.table(IDENTIFIED), "author_id")

    def link(self, is_hidden: str, joined_from: float | None = None) -> None:
        """Run the models; their tables then hold what they make of what is not hidden."""
        tables = {"mentions": self.built(MENTIONS), "listings": self.built(LISTINGS)}
        self._make(MENTIONS, WITHOUT_ACCOUNTS.format(is_hidden=is_hidden, **tables))
        self._make(LISTINGS, WITHOUT_SUBMITTERS.format(is_hidden=is_hidden, **tables))
        for model in self.models:
            sql = self.nodes[model].sql or ""
            self._make(model, sql if joined_from is None else sql.replace(*_from(joined_from)))

    def of_known(self, relation: str, column: str) -> list[str]:
        """A column of a table of mentions, of the known ones."""
        rows = self.connection.sql(
            f"""
            select {column} from known inner join {relation} using (paper_id, position)
            order by paper_id, position
            """
        ).fetchall()
        return [value for (value,) in rows]

    def built(self, name: str) -> str:
        """The relation of a node in the database dbt built."""
        return "built." + self.nodes[name].relation.split(".", 1)[1]

    def table(self, name: str) -> str:
        """The relation of a node as linked again."""
        return self.nodes[name].relation

    def _models(self, name: str) -> list[str]:
        if not name.startswith("int_authors__") or name == MENTIONS:
            return []
        needed = [model for need in self.nodes[name].needs for model in self._models(need)]
        return [*dict.fromkeys(needed), name]

    def _make(self, name: str, sql: str) -> None:
        self.connection.execute(f"create or replace table {self.table(name)} as {sql}")


def settings() -> dict[str, Any]:
    """The dbt project's variables."""
    project = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    variables: dict[str, Any] = project["vars"]
    return variables


def _from(probability: float) -> tuple[str, str]:
    """The product's threshold as compiled, and another one in its place."""
    share = settings()["identity_possible"]
    return f"ln({share} / {1 - share})", f"ln({probability} / {1 - probability})"
