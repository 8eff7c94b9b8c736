"""Are mentions of one person found to be one, and of two persons two? The hub's accounts know.

The product's own SQL links all mentions again with the confirmed accounts hidden from it; B³ then
compares the persons it finds with the accounts, mention by mention, beside folded names alone and,
where it is installed, Splink. The accounts are not quite the truth: people have more than one. So
a second reading counts two accounts of one name as one person when their papers share three
co-authors or more; ``best_possible`` is what finding exactly these persons would score in the
first. What does not belong here: linking (``relinking.py``, ``splink_peer.py``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from typing import Any

import duckdb
import numpy as np

from tests.benchmarks.quality import splink_peer
from tests.benchmarks.quality.as_known import compiled_nodes
from tests.benchmarks.quality.data import Data
from tests.benchmarks.quality.ranking import Flags, Numbers
from tests.benchmarks.quality.relinking import IDENTIFIED, Relinking

PARTS = 5
SAME_PERSON_COAUTHORS = 3
SURE = 0.95
LEAST_SAMPLE = 100
"""Mentions of shared names, fewer than which tell nothing of them."""


def evaluate(data: Data) -> dict[str, Any]:
    """B³ precision, recall and F1 with confirmed accounts hidden, beside folded names alone."""
    nodes = compiled_nodes(data.settings.dbt_target / "manifest.json")
    with duckdb.connect() as connection:
        again = Relinking(connection, nodes, str(data.settings.work_database))
        mentions = again.known(data)
        names, persons = mentions["folded_name"].tolist(), mentions["person"].tolist()
        is_tuned = mentions["is_tuned"].astype(bool)
        one_each = accounts_of_one_person(again, names, persons)
        judge, judge_of_persons = Judge(persons, names), Judge(one_each, names)
        found = again.persons("true")
        all_days = judge.figures(found, names)
        from_2025_10 = judge.figures(found, names, ~is_tuned)
        return {
            **headline(from_2025_10, all_days),
            "all_days": all_days,
            "before_2025_10": judge.figures(found, names, is_tuned),
            "from_2025_10": from_2025_10,
            "accounts_of_one_person_joined": judge_of_persons.figures(found, names),
            "best_possible": judge.means(*judge.b_cubed(one_each)),
            **splink_peer.figures(again, judge, is_tuned),
            f"joined_from_{SURE}": judge.means(*judge.b_cubed(again.persons("true", SURE))),
            "one_fifth_hidden_at_a_time": judge.means(*_parts(again, judge)),
        }


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


def headline(from_2025_10: dict[str, Any], all_days: dict[str, Any]) -> dict[str, Any]:
    """The days no weight was fitted on; of names that several share all days, if these are few."""
    told = {"days": "from 2025-10", "shared_names_days": "from 2025-10", **from_2025_10}
    if told["shared_names_sample_size"] >= LEAST_SAMPLE:
        return told
    of_shared = {name: value for name, value in all_days.items() if name.startswith("shared")}
    of_shared_baseline = {
        name: value for name, value in all_days["baseline"].items() if name.startswith("shared")
    }
    return {
        **told,
        "shared_names_days": "all, as later ones have too few",
        **of_shared,
        "baseline": {**from_2025_10["baseline"], **of_shared_baseline},
    }


class Judge:
    """Means over mentions whose person is known, and over those of names that several share."""

    def __init__(self, persons: Sequence[Hashable], names: Sequence[str]) -> None:
        of_name: defaultdict[str, set[Hashable]] = defaultdict(set)
        for name, person in zip(names, persons, strict=True):
            of_name[name].add(person)
        self.persons, self.names = np.array(persons), np.array(names)
        self.is_shared = np.array([len(of_name[name]) > 1 for name in names], dtype=bool)

    def figures(
        self, found: Sequence[Hashable], baseline: Sequence[Hashable], chosen: Flags | None = None
    ) -> dict[str, Any]:
        """Scores of chosen mentions, all others counted, beside those of another answer."""
        chosen = np.full(len(self.names), True) if chosen is None else chosen
        return {
            **self.means(*self.b_cubed(found), chosen),
            "baseline": self.means(*self.b_cubed(baseline), chosen),
            "sample_size": int(chosen.sum()),
            "persons": len(set(self.persons[chosen])),
            "shared_names": len(set(self.names[chosen & self.is_shared])),
            "shared_names_sample_size": int((chosen & self.is_shared).sum()),
        }

    def b_cubed(self, found: Sequence[Hashable]) -> tuple[Numbers, Numbers]:
        """B³ precision and recall of each mention."""
        return b_cubed(self.persons.tolist(), found)

    def means(
        self, precision: Numbers, recall: Numbers, chosen: Flags | None = None
    ) -> dict[str, float | None]:
        """Mean precision and recall, and F1 of these."""
        chosen = np.full(len(self.names), True) if chosen is None else chosen
        all_names = _means(precision, recall, chosen)
        shared = _means(precision, recall, chosen & self.is_shared)
        return {
            **dict(zip(("b3_precision", "b3_recall", "b3_f1"), all_names, strict=True)),
            "shared_names_precision": shared[0],
            "shared_names_recall": shared[1],
        }


def accounts_of_one_person(
    again: Relinking, names: Sequence[str], persons: Sequence[Hashable]
) -> list[Hashable]:
    """Each known mention's person, where accounts of one name that share co-authors are one."""
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
    return [first(person) for person in persons]


def _parts(again: Relinking, judge: Judge) -> tuple[Numbers, Numbers]:
    """Scores when a fifth of the papers hides its accounts and the others show theirs."""
    part = f"hash(paper_id) % {PARTS}"
    part_of = np.array(again.of_known("(select paper_id, position from known)", part))
    precision, recall = np.zeros(len(part_of)), np.zeros(len(part_of))
    for number in range(PARTS):
        of_all = judge.b_cubed(again.persons(f"{part} = {number}"))
        is_hidden = part_of == number
        precision[is_hidden], recall[is_hidden] = of_all[0][is_hidden], of_all[1][is_hidden]
    return precision, recall


def _means(precision: Numbers, recall: Numbers, chosen: Flags) -> tuple[float | None, ...]:
    if not chosen.any():
        return None, None, None
    mean_precision, mean_recall = float(precision[chosen].mean()), float(recall[chosen].mean())
    f1 = 2 * mean_precision * mean_recall / (mean_precision + mean_recall)
    return round(mean_precision, 4), round(mean_recall, 4), round(f1, 4)
