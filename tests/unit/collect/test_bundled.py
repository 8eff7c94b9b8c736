"""The bundled page: the recorded page's facts, in no words of its abstracts' authors."""

from __future__ import annotations

import hashlib
import os
import re
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from orchestration.collect.inbox import BUNDLED, BUNDLED_SEEN_AT
from orchestration.collect.page import Page, read_page
from orchestration.settings import PROJECT_ROOT

BODY = files("orchestration.collect").joinpath("bundled", BUNDLED).read_bytes()
RECORDED = Path(os.environ.get("PAPERTIDE_RECORDED", PROJECT_ROOT.parent / "shared" / "data"))
RECORDED_PAGE = RECORDED / "pages" / "search_billion_scale.txt"


def read(body: bytes) -> Page:
    seen_at = datetime(2026, 11, 20, tzinfo=UTC)
    return read_page(body, name="page.txt", observed_at=seen_at, landed_in="x")


def test_its_45_cards_are_whole() -> None:
    page = read(BODY)
    rows = page.listings.to_pylist()
    assert (len(rows), page.refused, str(page.listing_date)) == (45, [], "2025-12-24")
    assert sum(row["author_count"] is not None for row in rows) == 41
    assert sum(row["published_at"] is None for row in rows) == 3
    assert [row["organization_name"] for row in rows if row["organization_name"]] == ["inclusionAI"]
    assert all(120 < len(row["abstract"]) < 400 for row in rows)


def test_a_changed_page_is_a_later_observation() -> None:
    # Two contents observed at one instant would both claim to be the newest: whoever changes the
    # page moves BUNDLED_SEEN_AT and the digest here.
    known = ("0a0e67eda59fe4de", datetime(2025, 12, 24, tzinfo=UTC))
    assert (hashlib.sha256(BODY).hexdigest()[:16], BUNDLED_SEEN_AT) == known


@pytest.mark.skipif(not RECORDED_PAGE.exists(), reason="the recorded listing page is not here")
def test_it_has_the_recorded_pages_facts_and_none_of_its_sentences() -> None:
    ours, theirs = (read(body).listings.to_pylist() for body in (BODY, RECORDED_PAGE.read_bytes()))
    facts = ("rank", "paper_id", "title", "author_count", "organization_name", "num_comments")
    dates = ("published_at", "is_published_year_inferred", "listing_date")

    def without_abstract(rows: list[dict[str, Any]]) -> list[list[Any]]:
        return [[row[name] for name in (*facts, *dates)] for row in rows]

    assert without_abstract(ours) == without_abstract(theirs)
    for our, their in zip(ours, theirs, strict=True):
        assert not runs(our["abstract"]) & runs(their["abstract"]), our["title"]


def runs(text: str, length: int = 7) -> set[tuple[str, ...]]:
    """All runs of so many words; numbers and their units are facts, so shorter ones are shared."""
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}
