"""Made-up listings follow from their seed and behave as the hub's were seen to."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from orchestration.demo.generator import DemoHub
from orchestration.demo.sentences import ODD_TITLES

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
DAYS = [date(2026, 11, 20) - timedelta(days=age) for age in range(200)]


@pytest.fixture(scope="module")
def hub() -> DemoHub:
    return DemoHub()


@pytest.fixture(scope="module")
def records(hub: DemoHub) -> list[dict[str, Any]]:
    return [record for day in DAYS for record in hub.records(day, NOW)]


def test_records_follow_from_seed_date_and_time(hub: DemoHub) -> None:
    moment = datetime(2026, 11, 19, 12, tzinfo=UTC)
    expected = hub.records(DAYS[1], moment)
    assert DemoHub().records(DAYS[1], moment) == expected != []
    assert DemoHub(first_day=date(2026, 11, 1)).records(DAYS[1], moment) == expected
    assert DemoHub(seed=1).records(DAYS[1], moment) != expected


def test_days_are_as_the_hubs(hub: DemoHub) -> None:
    sizes = {day: len(hub.records(day, NOW)) for day in DAYS}
    assert all((size == 0) == (day.weekday() >= 5) for day, size in sizes.items())
    assert max(sizes.values()) > 50
    assert hub.records(date(2023, 5, 3), NOW) == []
    assert hub.records(NOW.date() + timedelta(days=3), NOW) == []


def test_a_morning_shows_three_fifths_and_every_list_is_in_order(hub: DemoHub) -> None:
    shares = []
    for day in DAYS[:60]:
        midnight = datetime.combine(day, datetime.min.time(), UTC)
        morning = hub.records(day, midnight + timedelta(hours=8))
        evening = hub.records(day, midnight + timedelta(hours=23))
        upvotes = [record["paper"]["upvotes"] for record in evening]
        assert upvotes == sorted(upvotes, reverse=True)
        assert {r["paper"]["id"] for r in morning} <= {r["paper"]["id"] for r in evening}
        if evening:
            shares.append(len(morning) / len(evening))
    assert 0.58 < sum(shares) / len(shares) < 0.68


def test_upvotes_rise_for_weeks_and_seldom_fall(hub: DemoHub) -> None:
    changes = []
    for day in DAYS[20:100]:
        seen = [
            {r["paper"]["id"]: r["paper"]["upvotes"] for r in hub.records(day, moment)}
            for moment in (
                datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=hours)
                for hours in (16, 24, 48, 96, 200, 330)
            )
        ]
        for before, after in pairwise(seen):
            changes += [after[paper] - upvotes for paper, upvotes in before.items()]
    falls = sum(change < 0 for change in changes)
    assert 0 < falls < 0.01 * len(changes)
    assert sum(changes) > 0.5 * len(changes)


def test_missing_values_are_missing_keys_and_fields_come_and_go(
    hub: DemoHub, records: list[dict[str, Any]]
) -> None:
    assert not [r for r in records if None in r.values() or None in r["paper"].values()]
    share = sum("ai_keywords" in r["paper"] for r in records) / len(records)
    assert 0.3 < share < 0.55
    old = hub.records(date(2024, 5, 21), NOW)
    assert old
    assert all("mediaUrl" in r and "submittedBy" not in r for r in old)
    assert not any(
        {"submittedOnDailyAt", "ai_keywords", "discussionId"} & r["paper"].keys() for r in old
    )


def test_the_odd_cases_of_the_contract_occur(records: list[dict[str, Any]]) -> None:
    papers = [record["paper"] for record in records]
    authors = [author for paper in papers for author in paper["authors"]]
    titles = {" ".join(paper["title"].split()) for paper in papers}
    repositories = [paper["githubRepo"] for paper in papers if "githubRepo" in paper]
    days = Counter(paper["id"] for paper in papers)
    assert len(titles & set(ODD_TITLES)) > 5
    assert any("\n  " in paper["title"] for paper in papers)
    assert any("\n" in paper["summary"] for paper in papers)
    assert any(author["hidden"] for author in authors)
    assert {"NVIDIA"} <= {author["name"] for author in authors}
    assert any(len(paper["authors"]) > 100 for paper in papers)
    assert any(paper["upvotes"] == 0 for paper in papers)
    assert 1 <= sum(count == 2 for count in days.values()) < 0.02 * len(days)
    odd = [
        url for url in repositories if not re.fullmatch(r"https://github\.com/[^/]+/[^/.]+", url)
    ]
    assert 0 < len(odd) < 0.1 * len(repositories)
    assert 0.05 < sum("user" in author for author in authors) / len(authors) < 0.13
    ids = [author["_id"] for author in authors]
    assert all(re.fullmatch(r"[0-9a-f]{24}", each) for each in ids)
    assert (
        len(set(ids))
        == len(ids) - sum(len(paper["authors"]) for paper in papers if days[paper["id"]] == 2) // 2
    )


def test_ids_name_no_real_paper_and_find_their_day(
    hub: DemoHub, records: list[dict[str, Any]]
) -> None:
    for record in records[:200]:
        paper_id = record["paper"]["id"]
        assert int(paper_id.split(".")[1]) >= 40_000
        found = hub.find(paper_id, NOW)
        assert found is not None
        assert found["paper"]["id"] == paper_id
    assert hub.find("2609.00012", NOW) is None
    assert hub.find("astro-ph/0601001", NOW) is None
