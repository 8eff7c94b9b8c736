"""The figures of scale claims, and the labels they are counted against."""

from __future__ import annotations

from tests.benchmarks.quality.scale_claims import compare, read_gold


def test_only_papers_with_a_known_truth_are_judged() -> None:
    truth = {"a": {(7e9, "parameters"), (2e12, "tokens")}, "b": set()}
    found = {
        "a": {(7e9, "parameters"), (2e12, "items")},
        "b": {(1e3, "items")},
        "unlabelled": {(5e3, "items")},
    }
    assert compare(truth, found) == {
        "precision": round(1 / 3, 4),
        "recall": 0.5,
        "sample_size": 2,
        "claims": 2,
        "found": 3,
    }


def test_the_labels_are_whole() -> None:
    gold = read_gold()
    assert {key: len(papers) for key, papers in gold.items()} == {
        ("random", "tune"): 100,
        ("random", "held_out"): 100,
        ("enriched", "tune"): 50,
        ("enriched", "held_out"): 50,
    }
    claims = [claim for papers in gold.values() for known in papers.values() for claim in known]
    assert len(claims) == 201
    assert {unit for _, unit in claims} == {"parameters", "tokens", "items"}
    assert min(value for value, _ in claims) == 1000
