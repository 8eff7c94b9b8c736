"""The schedules of collecting, ticked through a day with what each run would observe."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import dagster as dg

from orchestration.collect import lake
from orchestration.collect.plan import due_days
from orchestration.defs.automation import (
    RANGE_END_TAG,
    RANGE_START_TAG,
    daily_refresh,
    hourly_observation,
)
from orchestration.settings import Settings
from tests.unit.collect.lakes import observe

MIDNIGHT = datetime(2026, 11, 20, tzinfo=UTC)


def run(settings: Settings, request: dg.RunRequest, at: datetime) -> list[date]:
    """Observe what the asset of listing days would: the days of the range that are due."""
    first, last = (date.fromisoformat(request.tags[t]) for t in (RANGE_START_TAG, RANGE_END_TAG))
    due = due_days(at, lake.read_observations(settings.lake), since=first)
    days = [day for day in due if first <= day <= last]
    for day in days:
        observe(settings, day, at, papers=1)
    return days


def test_a_new_home_is_asked_for_as_many_days_as_are_set(settings: Settings) -> None:
    lake.prepare(settings.lake)
    few = settings.model_copy(update={"collect_days": 2})
    for schedule in (hourly_observation, daily_refresh):
        with dg.build_schedule_context(
            scheduled_execution_time=MIDNIGHT, resources={"settings": few}
        ) as context:
            told = schedule(context)
        assert isinstance(told, dg.RunRequest)
        assert told.tags[RANGE_START_TAG] == "2026-11-19"
        assert told.tags[RANGE_END_TAG] == "2026-11-20"


def test_both_schedules_do_their_part_of_a_day(settings: Settings) -> None:
    lake.prepare(settings.lake)
    runs: Counter[str] = Counter()
    observed: Counter[date] = Counter()
    for hour in range(24):
        for schedule, minute in ((hourly_observation, 7), (daily_refresh, 37)):
            if schedule is daily_refresh and hour != 5:
                continue
            now = MIDNIGHT + timedelta(hours=hour, minutes=minute)
            with dg.build_schedule_context(
                scheduled_execution_time=now, resources={"settings": settings}
            ) as context:
                told = schedule(context)
            if isinstance(told, dg.RunRequest):
                runs[schedule.name] += 1
                observed.update(run(settings, told, now))

    # The daily run comes although the hourly one, half an hour before, left no day due.
    assert runs == {"hourly_observation": 24, "daily_refresh": 1}
    today = MIDNIGHT.date()
    assert observed == {
        today - timedelta(days=age): 24 if age < 2 else 1 for age in range(settings.collect_days)
    }
