"""No hidden account reaches the linker, by an author line or as the submitter."""

from __future__ import annotations

import duckdb

from tests.benchmarks.quality.relinking import WITHOUT_ACCOUNTS, WITHOUT_SUBMITTERS

MENTIONS = """
    (values
        ('a', 'ada', 'claimed_verified'), ('a', 'eve', 'extracted_pending'),
        ('b', 'ada', 'claimed_verified'), ('b', null, null)
    ) as mentions (paper_id, username, status)
"""
LISTINGS = """
    (values ('a', 'ada', 'Ada'), ('b', 'ada', 'Ada'), ('c', 'bob', 'Bob'), ('d', null, null))
    as listings (paper_id, submitter_username, submitter_name)
"""


def hidden(query: str, is_hidden: str) -> list[tuple[str | None, ...]]:
    with duckdb.connect() as connection:
        connection.execute(f"create table mentions as from {MENTIONS}")
        connection.execute(f"create table listings as from {LISTINGS}")
        sql = query.format(is_hidden=is_hidden, mentions="mentions", listings="listings")
        return connection.sql(f"from ({sql}) order by all").fetchall()


def test_confirmed_accounts_are_gone_from_lines_and_submitters() -> None:
    assert hidden(WITHOUT_ACCOUNTS, "true") == [
        ("a", "eve", "extracted_pending"),
        ("a", None, None),
        ("b", None, None),
        ("b", None, None),
    ]
    assert hidden(WITHOUT_SUBMITTERS, "true") == [
        ("a", None, None),
        ("b", None, None),
        ("c", "bob", "Bob"),
        ("d", None, None),
    ]


def test_papers_that_hide_nothing_show_everything() -> None:
    assert ("b", "ada", "claimed_verified") in hidden(WITHOUT_ACCOUNTS, "paper_id = 'a'")
    assert hidden(WITHOUT_SUBMITTERS, "paper_id = 'a'")[:2] == [
        ("a", None, None),
        ("b", "ada", "Ada"),
    ]
