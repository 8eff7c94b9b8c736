"""The figures of scale claims, and the labels they are counted against."""

from __future__ import annotations

from datetime import date

from tests.benchmarks.quality.pages import claims_on_pages
from tests.benchmarks.quality.scale_claims import compare, judge, read_gold


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
        ("fresh", "held_out"): 44,
    }
    claims = [claim for papers in gold.values() for known in papers.values() for claim in known]
    assert len(claims) == 268
    assert {unit for _, unit in claims} == {"parameters", "tokens", "items"}
    assert min(value for value, _ in claims) == 1000


def test_the_headline_is_of_held_out_papers_listed_since_the_tuning() -> None:
    claim = {(7e9, "parameters")}
    found = judge(
        {("random", "tune"): {"a": claim}, ("random", "held_out"): {"b": claim, "c": claim}},
        {"a": claim, "c": claim},
        {"a": date(2026, 1, 5), "b": date(2025, 9, 30), "c": date(2025, 10, 1)},
    )
    assert (found["sample_size"], found["recall"]) == (1, 1)
    assert (found["held_out"]["sample_size"], found["held_out"]["recall"]) == (2, 0.5)
    assert (found["all"]["sample_size"], found["random_tune"]["recall"]) == (3, 1)


def test_every_claim_of_the_bundled_page_is_listed() -> None:
    (page,) = claims_on_pages(None).values()
    assert page["cards"] == 45
    assert page["claims"] >= len(page["found"]) > 0
    assert all(card["title"] and " = " in card["claims"] for card in page["found"])
