"""Demo days land and are read like real ones, once each, under a source of their own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pyarrow.compute as pc

from orchestration.collect import lake
from orchestration.collect.landing import iter_landed
from orchestration.demo.collecting import HISTORY_DAYS, collect_demo, demo_days
from orchestration.demo.generator import DemoHub
from orchestration.settings import Settings

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
DAYS = [date(2026, 9, 1), date(2026, 11, 9), date(2026, 11, 19), date(2026, 11, 20)]


def test_demo_days_are_the_weekdays_of_a_long_enough_history() -> None:
    days = demo_days(NOW.date())
    assert days[-1] == NOW.date()
    assert (days[-1] - days[0]).days in range(HISTORY_DAYS - 2, HISTORY_DAYS + 1)
    assert {day.weekday() for day in days} == set(range(5))
    assert demo_days(date(2026, 11, 22))[-1] == NOW.date()


def test_days_are_observed_as_if_collected_all_along(settings: Settings) -> None:
    report = collect_demo(settings, DAYS, NOW)
    assert report.problems == []
    rows = lake.scan(settings.lake, "observations").to_table().to_pylist()
    ages = {
        day: sorted(
            (row["observed_at"] - datetime.combine(day, datetime.min.time(), UTC))
            // timedelta(hours=1)
            for row in rows
            if row["listing_date"] == day
        )
        for day in DAYS
    }
    assert ages == {
        DAYS[0]: [312],
        DAYS[1]: [8, 20, 100, 282],
        DAYS[2]: [8, 20, 42],
        DAYS[3]: [8, 18],
    }
    assert {(row["source"], row["listing_kind"], row["status"]) for row in rows} == {
        ("demo", "day", "complete")
    }


def test_the_lake_holds_what_the_made_up_hub_said(settings: Settings) -> None:
    collect_demo(settings, DAYS[-1:], NOW)
    listed = DemoHub().records(DAYS[-1], NOW)
    table = lake.scan(settings.lake, "listings").to_table(filter=pc.field("observed_at") == NOW)
    rows = sorted(table.to_pylist(), key=lambda row: row["rank"])
    assert [(row["paper_id"], row["upvotes"], row["title"]) for row in rows] == [
        (each["paper"]["id"], each["paper"]["upvotes"], " ".join(each["paper"]["title"].split()))
        for each in listed
    ]
    assert table["extra"].null_count == len(table)


def test_collecting_again_adds_only_the_new_moment(settings: Settings) -> None:
    collect_demo(settings, DAYS, NOW)
    before = list(iter_landed(settings.landing))
    again = collect_demo(settings, DAYS, NOW)
    assert list(iter_landed(settings.landing)) == before
    assert again.days == {}
    collect_demo(settings, DAYS, NOW + timedelta(minutes=30))
    assert len(list(iter_landed(settings.landing))) == len(before) + 3


def test_days_to_come_are_told_as_such(settings: Settings) -> None:
    report = collect_demo(settings, [date(2026, 11, 23)], NOW)
    assert [outcome.status for outcome in report.days.values()] == ["not_yet"]
