"""Are the scale claims read from titles and abstracts the ones a reader finds?

Abstracts were labelled by hand before anything read them: 200 drawn at random, and 100 drawn among
those with a number beside a magnitude, since most have no claim. Every second one was not looked at
while the patterns were made (``held_out``); the headline is of those of them that were listed after
the days others were tuned on. Two that were misread were then looked at, and two rules came of them
(a colon behind "tokens"; "windows" are items), so 44 more were drawn like the 100 (``fresh``), of
the later days; no rule came of these. ``scale_claims_gold.csv`` holds the claims without the
sentences; a paper without a claim has one row without a value.
What does not belong here: reading claims.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from tests.benchmarks.quality.data import TUNED_BEFORE, Data
from tests.benchmarks.quality.pages import claims_on_pages

GOLD = Path(__file__).with_name("scale_claims_gold.csv")

Claims = dict[str, set[tuple[float, str]]]
"""Claims (value, unit) by paper; a paper without a claim has an empty set."""


def evaluate(data: Data) -> dict[str, Any]:
    """Precision and recall of the published claims, against labels or the generator's truth."""
    with data.warehouse() as connection:
        rows = connection.sql("select paper_id, claim_value, unit from paper_scale_claims")
        found = _claims(rows.fetchall())
        if not data.is_recorded:
            files = data.settings.home / "truth" / "scale_claims" / "*.parquet"
            rows = connection.sql(f"select paper_id, claim_value, unit from '{files}'")
            return compare(_claims(rows.fetchall()), found) | {
                "claims_on_pages": claims_on_pages(data.recorded)
            }
        listed = connection.sql("select paper_id, first_listed_on from papers").fetchall()
    return judge(read_gold(), found, dict(listed)) | {
        "claims_on_pages": claims_on_pages(data.recorded)
    }


def judge(
    gold: dict[tuple[str, str], Claims], found: Claims, listed: dict[str, date | None]
) -> dict[str, Any]:
    """Figures of held-out papers listed since the tuning, of all of them, and of each sample."""
    samples = {
        sample: {paper: known for paper, known in claims.items() if paper in listed}
        for sample, claims in gold.items()
    }
    everything = {paper: claims for sample in samples.values() for paper, claims in sample.items()}
    held_out = {
        paper: claims
        for (_, half), sample in samples.items()
        if half == "held_out"
        for paper, claims in sample.items()
    }
    later = {
        paper: claims
        for paper, claims in held_out.items()
        if (listed[paper] or date.min) >= TUNED_BEFORE
    }
    return (
        compare(later, found)
        | {"held_out": compare(held_out, found), "all": compare(everything, found)}
        | {f"{sample}_{half}": compare(claims, found) for (sample, half), claims in samples.items()}
    )


def compare(truth: Claims, found: Claims) -> dict[str, float | int]:
    """Precision and recall of the claims found in the papers whose truth is known."""
    claims = {(paper, *claim) for paper in truth for claim in found.get(paper, set())}
    true_claims = {(paper, *claim) for paper, known in truth.items() for claim in known}
    right = len(claims & true_claims)
    return {
        "precision": round(right / max(len(claims), 1), 4),
        "recall": round(right / max(len(true_claims), 1), 4),
        "sample_size": len(truth),
        "claims": len(true_claims),
        "found": len(claims),
    }


def read_gold() -> dict[tuple[str, str], Claims]:
    """The labelled claims by sample (random, enriched) and half (tune, held_out)."""
    gold: defaultdict[tuple[str, str], Claims] = defaultdict(dict)
    with GOLD.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            claims = gold[row["sample"], row["half"]].setdefault(row["paper_id"], set())
            if row["claim_value"]:
                claims.add((float(row["claim_value"]), row["unit"]))
    return dict(gold)


def _claims(rows: list[tuple[str, float, str]]) -> Claims:
    claims: defaultdict[str, set[tuple[float, str]]] = defaultdict(set)
    for paper_id, value, unit in rows:
        claims[paper_id].add((float(round(value)), unit))
    return dict(claims)
