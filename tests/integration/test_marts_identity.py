"""Who is who, and what is claimed: a small lake built by dbt, the answers written beside it.

What does not belong here: how often the answers are right on real listings (``quality``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import pytest

from orchestration import transform
from orchestration.home import prepare
from orchestration.settings import Settings
from tests.fakes.warehouse import observe

DAY = date(2026, 3, 2)
COMMON = "Wei Li"
SENTENCES: dict[str, tuple[str, str, set[tuple[float, str, str]]]] = {
    "2603.10001": ("Alpaca-7B on one page", "", {(7e9, "parameters", "7B")}),
    "2603.10002": (
        "Lists",
        "We release three sizes (0.6B, 4B, and 9B parameters), trained on 1.6T tokens.",
        {(6e8, "parameters", "0.6B"), (4e9, "parameters", "4B"), (9e9, "parameters", "9B"),
         (1.6e12, "tokens", "1.6T")},
    ),
    "2603.10003": (
        "Ranges",
        "From 10-100 billion parameters, and 17M to 170M parameters at the low end (8x22b).",
        {(1e10, "parameters", "10-100 billion"), (1e11, "parameters", "10-100 billion"),
         (22e9, "parameters", "8x22b"), (17e6, "parameters", "17M to 170M"),
         (170e6, "parameters", "17M to 170M")},
    ),
    "2603.10004": (
        "Items",
        "A corpus of 5.85 billion image-text pairs, 40K videos and two million questions.",
        {(5.85e9, "items", "5.85 billion"), (4e4, "items", "40K"), (2e6, "items", "two million")},
    ),
    "2603.10005": (
        "Nothing counted in 2026",
        "It costs $2 million and 1.5K GPU hours over 10K steps, is 2x faster by 12.5%, makes 4K"
        " videos with 8-bit weights, and was tested on GSM8K and Pictures-1K.",
        set(),
    ),
    "2603.10006": (
        "A context window of 128K",
        "The 13B model of v1.5 reads a 128K context.",
        {(128e3, "tokens", "128K"), (13e9, "parameters", "13B")},
    ),
}  # fmt: skip


def author(name: str, username: str | None = None) -> dict[str, Any]:
    """An author line, with the account the hub confirmed."""
    if username is None:
        return {"name": name}
    return {"name": name, "user": {"user": username}, "status": "claimed_verified"}


def paper(paper_id: str, *authors: dict[str, Any], **values: Any) -> dict[str, Any]:
    """A record of a listing."""
    title, abstract, _ = SENTENCES.get(paper_id, (f"Paper {paper_id}", "No number.", None))
    return {
        "paper": {"id": paper_id, "title": title, "summary": abstract, "authors": list(authors)}
    } | values


# Many different names, of which "Wei" and "Li" are the common ones.
CROWD = [author(f"{given} Li") for given in ("Bo", "Chao", "Dan", "Fei", "Gu", "Hao", "Jun")] + [
    author(f"Wei {surname}") for surname in ("Bai", "Cao", "Du", "Fan", "Gao", "Han", "Jin")
]
TURING = {"name": "at", "fullname": "alan TURING"}
RECORDS = [
    paper("2603.00001", author(COMMON), author("Ada Byron"), author("NVIDIA")),
    paper("2603.00002", author(COMMON), author("Ada Byron"), author("Qwen-X Team")),
    paper("2603.00003", author(COMMON), author("Emmy Noether")),
    paper("2603.00004", author("Wei LI"), author("Wei-Li"), author("Grace Hopper", "grace")),
    paper("2603.00005", author("Grace Hopper"), author("Émmy  Nöther", "emmy")),
    paper("2603.00006", author("Emmy Nother", "emmy2"), author("Émmy Nöther")),
    paper("2603.00007", author("Alan Turing"), submittedBy=TURING),
    paper("2603.00008", author("Wrong Name")),
    paper("2603.00009", *CROWD),
    paper("2603.00010", author("Yan Li"), author("Yan-Li")),
    *(paper(paper_id) for paper_id in SENTENCES),
]  # fmt: skip


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    settings = Settings(home=tmp_path_factory.mktemp("identity"))
    prepare(settings)
    observe(settings, DAY, datetime(2026, 3, 2, 20, tzinfo=UTC), RECORDS)
    chosen = ("--select", "+paper_authors", "+paper_scale_claims", "+author_links")
    for _ in transform.build(
        settings, (*chosen, "--resource-type", "model", "--resource-type", "seed")
    ):
        pass
    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        yield connection


def who(marts: duckdb.DuckDBPyConnection, paper_id: str) -> list[tuple[str, str]]:
    """Author id and method of each line of a paper, in order."""
    return marts.execute(
        "select author_id, identity_method from paper_authors where paper_id = ? order by position",
        [paper_id],
    ).fetchall()


def test_a_common_name_needs_a_shared_coauthor(marts: duckdb.DuckDBPyConnection) -> None:
    first, second, third = (who(marts, f"2603.0000{number}")[0] for number in (1, 2, 3))
    assert first == second == ("name:wei li", "shared evidence")
    assert third == ("name:wei li~2603.00003", "kept apart")


def test_two_lines_of_a_paper_are_two_persons(marts: duckdb.DuckDBPyConnection) -> None:
    one, other, _ = who(marts, "2603.00004")
    assert one == ("name:wei li~2603.00004", "kept apart")
    assert other == ("name:wei li~2603.00004:2", "same paper")


def test_a_name_printed_twice_in_its_only_paper_is_met_once(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    lines = marts.execute(
        "select identity_method, identity_confidence from paper_authors "
        "where paper_id = '2603.00010' order by position"
    ).fetchall()
    assert lines == [("only mention", 1), ("same paper", 1)]


def test_a_rare_name_follows_its_only_account(marts: duckdb.DuckDBPyConnection) -> None:
    assert who(marts, "2603.00004")[2] == ("hub:grace", "hub username")
    assert who(marts, "2603.00005")[0] == ("hub:grace", "rare name")


def test_two_accounts_are_never_one_person(marts: duckdb.DuckDBPyConnection) -> None:
    assert who(marts, "2603.00005")[1] == ("hub:emmy", "hub username")
    assert who(marts, "2603.00006")[0] == ("hub:emmy2", "hub username")
    links = marts.execute(
        "select author_id, other_author_id, kept_apart_by from author_links "
        "where shared_name = 'emmy nother' and kept_apart_by = 'different accounts'"
    ).fetchall()
    assert links == [("hub:emmy2", "hub:emmy", "different accounts")]


def test_the_submitter_with_the_authors_name_is_the_author(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    assert who(marts, "2603.00007") == [("hub:at", "submitter")]


def test_teams_are_no_persons(marts: duckdb.DuckDBPyConnection) -> None:
    assert who(marts, "2603.00001")[2] == ("team:nvidia", "team")
    assert who(marts, "2603.00002")[2] == ("team:qwen x team", "team")


def test_evidence_and_confidence_are_kept(marts: duckdb.DuckDBPyConnection) -> None:
    evidence, confidence = marts.execute(
        "select identity_evidence, identity_confidence from paper_authors "
        "where paper_id = '2603.00002' and position = 1"
    ).fetchone() or ([], 0)
    assert evidence == ["co-author ada byron"]
    assert 0.8 <= confidence < 0.95


@pytest.mark.parametrize("paper_id", SENTENCES)
def test_claims_are_read_with_their_spans(marts: duckdb.DuckDBPyConnection, paper_id: str) -> None:
    title, abstract, expected = SENTENCES[paper_id]
    found = marts.execute(
        "select claim_value, unit, text_span from paper_scale_claims where paper_id = ?", [paper_id]
    ).fetchall()
    assert set(found) == expected
    assert all(span in title or span in abstract for _, _, span in found)
