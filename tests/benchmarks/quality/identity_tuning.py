"""Fits the weights of author identity on papers before 2025-10, and prints them.

``python -m tests.benchmarks.quality.identity_tuning``: the ``identity_*`` variables beside what a
logistic regression makes of them, and what other thresholds would have given. What does not belong
here: days from 2025-10 on, which judge the weights (``identity.py``).

The pairs are two mentions of one name whose accounts are known; two accounts that share three
co-authors count as one person, which they nearly always are. Each name weighs as much as it has
mentions. No paper named an organization then, and hardly any two shared a submitter, so these two
weights are assumed: a little less than a co-author's.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from tests.benchmarks.quality.as_known import compiled_nodes
from tests.benchmarks.quality.data import Data, prepare, recorded_folder
from tests.benchmarks.quality.identity import Judge, accounts_of_one_person
from tests.benchmarks.quality.ranking import Numbers
from tests.benchmarks.quality.relinking import EVIDENCE, NAMES, Relinking, settings

THRESHOLDS = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
WEIGHTS = ("identity_name_log_odds", "identity_name_slope", "identity_coauthor_weight")

PAIRS = """
    with mentions as (
        select names.*, persons.person
        from {names} as names
        inner join known
            on names.paper_id = known.paper_id and names.position = known.position and is_tuned
        inner join persons
            on names.paper_id = persons.paper_id and names.position = persons.position
        where not names.is_team and names.is_first_line
    ),

    coauthors as (
        select distinct one.mention_number as one, other.mention_number as other
        from {evidence} as one
        inner join {evidence} as other
            on one.name_number = other.name_number and one.clue_number = other.clue_number
        where one.kind = 'co-author' and other.kind = 'co-author'
    )

    select
        ln(one.namesakes) as log_namesakes,
        coauthors.one is not null as shares_coauthor,
        one.person = other.person as is_same,
        1 / sum(1) over (partition by one.mention_number) as weight
    from mentions as one
    inner join mentions as other
        on one.name_number = other.name_number and one.mention_number <> other.mention_number
    left join coauthors
        on one.mention_number = coauthors.one and other.mention_number = coauthors.other
    order by one.mention_number, other.mention_number
"""


def main() -> None:
    """Build the recorded days in a folder of their own, fit, and print."""
    with tempfile.TemporaryDirectory(prefix="papertide-tuning-") as folder:
        tune(prepare(Path(folder), recorded_folder()))


def tune(data: Data) -> None:
    """Print what the pairs make of the weights, and what each threshold gives."""
    nodes = compiled_nodes(data.settings.dbt_target / "manifest.json")
    with duckdb.connect() as connection:
        again = Relinking(connection, nodes, str(data.settings.work_database))
        mentions = again.known(data)
        names, accounts = mentions["folded_name"].tolist(), mentions["person"].tolist()
        persons = accounts_of_one_person(again, names, accounts)
        again.link("true")
        pairs = _pairs(again, persons)
        told = settings()
        print(f"{len(pairs['is_same'])} pairs, {(~pairs['is_same']).sum()} of different persons")
        for name, weight in zip(WEIGHTS, fitted(pairs), strict=True):
            print(f"{name}: {weight:.2f} fitted, {told[name]} in dbt_project.yml")
        judge, is_tuned = Judge(accounts, names), mentions["is_tuned"].astype(bool)
        for threshold in THRESHOLDS:
            found = judge.b_cubed(again.persons("true", threshold))
            print(f"joined from {threshold}: {judge.means(*found, is_tuned)}")


def fitted(pairs: dict[str, Any]) -> tuple[float, float, float]:
    """Log-odds of a name with one namesake, their fall with namesakes, what a co-author adds."""
    rows = np.column_stack(
        [np.ones(len(pairs["is_same"])), -pairs["log_namesakes"], pairs["shares_coauthor"]]
    ).astype(float)
    same, weights = pairs["is_same"].astype(float), pairs["weight"]
    found: Numbers = np.zeros(3)
    for _ in range(25):  # Newton's steps; a handful suffices
        share = 1 / (1 + np.exp(-rows @ found))
        curvature = (rows * (weights * share * (1 - share))[:, None]).T @ rows
        found = found + np.linalg.solve(curvature, rows.T @ (weights * (same - share)))
    return float(found[0]), float(found[1]), float(found[2])


def _pairs(again: Relinking, persons: list[Any]) -> dict[str, Any]:
    again.connection.execute(
        "create temp table persons (paper_id text, position bigint, person text)"
    )
    lines = again.connection.sql(
        "select paper_id, position from known order by paper_id, position"
    ).fetchall()
    again.connection.executemany(
        "insert into persons values (?, ?, ?)",
        [(*line, str(person)) for line, person in zip(lines, persons, strict=True)],
    )
    pairs = again.connection.sql(
        PAIRS.format(names=again.table(NAMES), evidence=again.table(EVIDENCE))
    ).fetchnumpy()
    return {name: np.ma.getdata(column) for name, column in pairs.items()}


if __name__ == "__main__":
    main()
