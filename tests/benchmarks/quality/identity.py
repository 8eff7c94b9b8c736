"""Are mentions of one person found to be one, and of two persons two? The hub's accounts know.

The product's own SQL links all mentions again with the confirmed accounts hidden from it; B³ then
compares the persons it finds with the accounts, mention by mention, beside folded names alone.
The accounts are not quite the truth: people have more than one. So a second reading counts two
accounts of one name as one person when their papers share three co-authors or more.
What does not belong here: another way to link.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from typing import Any

import duckdb
import numpy as np

from tests.benchmarks.quality.as_known import Compiled, compiled_nodes
from tests.benchmarks.quality.data import TUNED_BEFORE, Data
from tests.benchmarks.quality.ranking import Flags, Numbers

MENTIONS, IDENTIFIED = "int_authors__mentions", "int_authors__identified"
CONFIRMED = "status in ('claimed_verified', 'admin_assigned', 'extracted_confirmed')"
PARTS = 5
SAME_PERSON_COAUTHORS = 3

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
HIDDEN = """
    select * replace (
        case when {is_hidden} then null else username end as username,
        case when {is_hidden} then null else status end as status
    )
    from {mentions}
"""


def evaluate(data: Data) -> dict[str, Any]:
    """B³ precision, recall and F1 with confirmed accounts hidden, beside folded names alone."""
    nodes = compiled_nodes(data.settings.dbt_target / "manifest.json")
    with duckdb.connect() as connection:
        again = Again(connection, nodes, str(data.settings.build_database))
        mentions = again.known(data)
        names, persons = mentions["folded_name"], mentions["person"]
        shared = _borne_by_several(names, persons.tolist())
        baseline = names
        found = again.persons("true")
        one_each = _accounts_of_one_person(again, names, persons)
        report = _figures(persons, found, baseline, shared)
        report["before_2025_10"] = _scores(persons, found, mentions["is_tuned"])
        report["from_2025_10"] = _scores(persons, found, ~mentions["is_tuned"])
        report["accounts_of_one_person_joined"] = _figures(
            one_each, found, baseline, _borne_by_several(names, one_each)
        )
        report["one_fifth_hidden_at_a_time"] = again.parts(mentions, shared)
    return report


def b_cubed(truth: Sequence[Hashable], found: Sequence[Hashable]) -> tuple[Numbers, Numbers]:
    """B³ precision and recall of each mention.

    Args:
        truth: The person each mention is.
        found: The person each mention is taken for; compared within itself only.
    """
    of_truth, of_found = Counter(truth), Counter(found)
    of_both = Counter(zip(truth, found, strict=True))
    both = np.array([of_both[pair] for pair in zip(truth, found, strict=True)], dtype=float)
    return (
        both / np.array([of_found[person] for person in found]),
        both / np.array([of_truth[person] for person in truth]),
    )


class Again:
    """The identity models run again on mentions that hide some accounts."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, nodes: dict[str, Compiled], built: str
    ) -> None:
        self.connection, self.nodes = connection, nodes
        catalogue = nodes[IDENTIFIED].relation.split(".")[0]
        connection.execute(f"attach '{built}' as built (read_only)")
        connection.execute(f"attach ':memory:' as {catalogue}")
        for schema in {node.relation.rsplit(".", 1)[0] for node in nodes.values()}:
            connection.execute(f"create schema if not exists {schema}")
        self.models = self._models(IDENTIFIED)
        for name in {need for model in self.models for need in nodes[model].needs}:
            if name not in self.models:
                self._make(name, f"select * from {self.built(name)}")

    def known(self, data: Data) -> dict[str, np.ndarray[Any, Any]]:
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

    def persons(self, is_hidden: str) -> list[str]:
        """The person each known mention is taken for when a condition hides its account."""
        hidden = f"({is_hidden}) and coalesce({CONFIRMED}, false)"
        self._make(MENTIONS, HIDDEN.format(is_hidden=hidden, mentions=self.built(MENTIONS)))
        for model in self.models:
            self._make(model, self.nodes[model].sql or "")
        rows = self.connection.sql(
            f"""
            select author_id
            from known inner join {self.nodes[IDENTIFIED].relation} using (paper_id, position)
            order by paper_id, position
            """
        ).fetchall()
        return [author_id for (author_id,) in rows]

    def parts(
        self, mentions: dict[str, np.ndarray[Any, Any]], shared: Flags
    ) -> dict[str, float | None]:
        """Scores when a fifth of the papers hides its accounts and the others show theirs."""
        part = f"hash(paper_id) % {PARTS}"
        parts = self.connection.sql(f"select {part} as part from known order by paper_id, position")
        part_of = parts.fetchnumpy()["part"]
        precision, recall = np.zeros(len(shared)), np.zeros(len(shared))
        for number in range(PARTS):
            found = self.persons(f"{part} = {number}")
            of_all = b_cubed(mentions["person"].tolist(), found)
            precision[part_of == number] = of_all[0][part_of == number]
            recall[part_of == number] = of_all[1][part_of == number]
        everything = np.full(len(shared), True)
        hard = _named(precision, recall, shared) if shared.any() else {}
        return _named(precision, recall, everything) | {
            "shared_names_precision": hard.get("b3_precision"),
            "shared_names_recall": hard.get("b3_recall"),
        }

    def built(self, name: str) -> str:
        """The relation of a node in the database dbt built."""
        return "built." + self.nodes[name].relation.split(".", 1)[1]

    def _models(self, name: str) -> list[str]:
        if not name.startswith("int_authors__") or name == MENTIONS:
            return []
        needed = [model for need in self.nodes[name].needs for model in self._models(need)]
        return [*dict.fromkeys(needed), name]

    def _make(self, name: str, sql: str) -> None:
        self.connection.execute(f"create or replace table {self.nodes[name].relation} as {sql}")


def _accounts_of_one_person(again: Again, names: Any, persons: Any) -> list[Hashable]:
    rows = again.connection.sql(
        f"""
        select known.folded_name, known.person, list(distinct others.folded_name)
        from known
        inner join {again.built(IDENTIFIED)} as others
            on known.paper_id = others.paper_id and known.folded_name <> others.folded_name
        group by all order by all
        """
    ).fetchall()
    of_name: defaultdict[str, list[tuple[Any, set[str]]]] = defaultdict(list)
    for name, person, coauthors in rows:
        of_name[name].append((person, set(coauthors)))
    same: dict[Any, Any] = {}

    def first(person: Any) -> Any:
        return first(same[person]) if person in same else person

    for accounts in of_name.values():
        for place, (person, coauthors) in enumerate(accounts):
            for other, others in accounts[:place]:
                if len(coauthors & others) >= SAME_PERSON_COAUTHORS and first(person) != first(
                    other
                ):
                    same[first(person)] = first(other)
    return [first(person) for person in persons.tolist()]


def _borne_by_several(names: Any, persons: Sequence[Hashable]) -> Flags:
    of_name: defaultdict[str, set[Hashable]] = defaultdict(set)
    for name, person in zip(names, persons, strict=True):
        of_name[name].add(person)
    return np.array([len(of_name[name]) > 1 for name in names], dtype=bool)


def _figures(persons: Any, found: list[str], names: Any, shared: Flags) -> dict[str, Any]:
    everything = np.full(len(shared), True)
    baseline = _scores(persons, list(names), everything)
    hard, hard_baseline = _scores(persons, found, shared), _scores(persons, list(names), shared)
    return {
        **_scores(persons, found, everything),
        "shared_names_precision": hard.get("b3_precision"),
        "shared_names_recall": hard.get("b3_recall"),
        "baseline": {
            **baseline,
            "shared_names_precision": hard_baseline.get("b3_precision"),
            "shared_names_recall": hard_baseline.get("b3_recall"),
        },
        "sample_size": len(shared),
        "persons": len(set(persons)),
        "shared_names": len(set(np.asarray(names)[shared])),
        "shared_names_sample_size": int(shared.sum()),
    }


def _scores(persons: Any, found: list[str], chosen: Flags) -> dict[str, float]:
    truth = [person for person, is_chosen in zip(persons, chosen, strict=True) if is_chosen]
    taken = [person for person, is_chosen in zip(found, chosen, strict=True) if is_chosen]
    if not truth:
        return {}
    precision, recall = b_cubed(truth, taken)
    return _named(precision, recall, np.full(len(truth), True))


def _named(precision: Numbers, recall: Numbers, chosen: Flags) -> dict[str, float]:
    mean_precision, mean_recall = float(precision[chosen].mean()), float(recall[chosen].mean())
    return {
        "b3_precision": round(mean_precision, 4),
        "b3_recall": round(mean_recall, 4),
        "b3_f1": round(2 * mean_precision * mean_recall / (mean_precision + mean_recall), 4),
    }
