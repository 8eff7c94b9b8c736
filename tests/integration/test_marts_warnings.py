"""What the hub does to its own listings is warned of, and blocks nothing.

What does not belong here: tests of error severity (the invariants, ``test_marts_truth.py``).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestration import transform
from orchestration.collect import lake
from orchestration.settings import Settings
from tests.integration.small_lake import at, listed, observed

WARNINGS = {
    "expected_weekdays_are_observed",
    "days_do_not_shrink",
    "upvotes_do_not_fall",
    "fields_stay_filled",
}
PAPERS = 6
WEEKDAYS = [day for day in range(2, 14) if day not in (7, 8)]  # two weeks from Monday 2 March 2026


def write(settings: Settings, changes: set[str]) -> None:
    """Two weeks of whole days, each observed twice; ``changes`` says what goes wrong."""
    lake.prepare(settings.lake)
    for day in WEEKDAYS:
        if day == 4 and "expected_weekdays_are_observed" in changes:
            continue
        rows: list[dict[str, Any]] = []
        observations = []
        for visit in (0, 1):
            is_last = day == 13 and visit == 1
            papers = PAPERS - (is_last and "days_do_not_shrink" in changes)
            instant = at(day, 9 + visit)
            observations.append(observed(day, instant, "complete", papers=papers))
            for number in range(papers):
                falls = is_last and "upvotes_do_not_fall" in changes
                has_words = day < 9 or "fields_stay_filled" not in changes
                rows.append(
                    listed(
                        f"2603.{day:02}{number:03}",
                        day,
                        instant,
                        rank=number + 1,
                        upvotes=9 - 5 * falls + visit,
                        ai_keywords=["tides"] if has_words else None,
                    )
                )
        lake.write(settings.lake, "listings", lake.rows("listings", rows), "rows")
        lake.write(settings.lake, "observations", lake.rows("observations", observations), "rows")


@pytest.mark.parametrize("changes", [set(), WARNINGS], ids=["as it should be", "all at once"])
def test_each_change_is_warned_of_and_none_blocks(tmp_path: Path, changes: set[str]) -> None:
    settings = Settings(home=tmp_path / "home")
    write(settings, changes)

    selection = ["--indirect-selection=cautious", "--select"]
    selection += [*(f"+{name}" for name in sorted(WARNINGS))]
    events = list(transform.build(settings, selection))

    said = {
        event["data"]["node_info"]["node_name"]: event["data"]["status"]
        for event in events
        if event["data"]["node_info"]["resource_type"] == "test"
    }
    assert said.keys() >= WARNINGS
    assert {name for name in WARNINGS if said[name] == "warn"} == changes


def test_weekdays_are_missed_while_collecting_is_down(tmp_path: Path) -> None:
    """The newest day was a week and more ago, so weekdays are missing up to yesterday."""
    settings = Settings(home=tmp_path / "home")
    lake.prepare(settings.lake)
    today = datetime.now(UTC).date()
    newest = today - timedelta(days=10)
    seen_at = datetime(newest.year, newest.month, newest.day, tzinfo=UTC) + timedelta(days=1)
    row = observed(2, seen_at, "partial", papers=PAPERS) | {"listing_date": newest}
    lake.write(settings.lake, "observations", lake.rows("observations", [row]), "rows")

    selection = ["--indirect-selection=cautious", "--select", "+expected_weekdays_are_observed"]
    events = list(transform.build(settings, selection))

    (told,) = [
        event["data"]
        for event in events
        if event["data"]["node_info"]["node_name"] == "expected_weekdays_are_observed"
    ]
    days = [newest + timedelta(days=after) for after in range(1, 10)]
    assert (told["status"], told["num_failures"]) == ("warn", sum(d.weekday() < 5 for d in days))
