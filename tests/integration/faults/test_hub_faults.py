"""A hub that fails three times in ten, and a clock that is off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from orchestration.collect import lake
from orchestration.collect.days import collect_days
from orchestration.settings import Settings
from tests.fakes.faults import LASTING, TRANSIENT, Faults
from tests.fakes.hub import FakeHub
from tests.integration.faults.truth import (
    NEWEST,
    assert_nothing_lost_or_doubled,
    days_of,
    listings,
)

DAYS = days_of(30)
HUB = listings(30)


def asking(settings: Settings, hub: FakeHub, **changed: object) -> Settings:
    """The settings with this hub, and little patience."""
    fast = {"hub_url": hub.url, "request_timeout_seconds": 1.0, "request_attempts": 12}
    return settings.model_copy(update={**fast, **changed})


def test_three_answers_in_ten_are_faulty(settings: Settings) -> None:
    faults = Faults(0.3, kinds=[*TRANSIENT, *LASTING], seed=11, retry_after=0.1, hang_seconds=1.5)
    with FakeHub(HUB, faults=faults, rate_limit=10_000) as hub:
        report = collect_days(asking(settings, hub), DAYS)
        # A day whose pages looped three times in a row is partial, and told; it is asked again.
        while report.problems:
            again = [day for day, outcome in report.days.items() if outcome.status == "partial"]
            assert len(again) == len(report.problems)
            report = collect_days(asking(settings, hub), again)
        kinds = len(hub.statuses)

    assert kinds > 4
    assert_nothing_lost_or_doubled(settings, HUB, DAYS)


@pytest.mark.parametrize("kind", ["html", "cut-json", "500"])
def test_a_hub_that_is_down_fails_every_day_and_the_next_run_makes_good(
    settings: Settings, kind: str
) -> None:
    days = DAYS[-4:]
    with FakeHub(HUB, faults=Faults(1.0, kinds=[kind])) as hub:
        report = collect_days(asking(settings, hub, request_attempts=2), days)
        assert len(report.problems) == 4
        hub.faults = Faults()
        assert collect_days(asking(settings, hub), days).problems == []

    assert_nothing_lost_or_doubled(settings, HUB, days)


@pytest.mark.parametrize("hours_off", [-1, 1])
def test_our_clock_is_an_hour_off(settings: Settings, hours_off: int) -> None:
    """Ours against the hub's: the hub tells a time that is an hour away from ours.

    With ours ahead we ask for days that the hub does not know yet; with either, what was observed
    is told by the hub's clock, so the observations keep their order when ours is set right.
    """
    started = datetime.now(UTC)
    off = timedelta(hours=-hours_off)
    with FakeHub(HUB, now=lambda: datetime.now(UTC) + off) as hub:
        # The second day from the hub's today: by neither clock is it there at midnight either.
        later = (started + off).date() + timedelta(days=2)
        first = collect_days(asking(settings, hub), [*DAYS, later])
        second = collect_days(asking(settings, hub), DAYS)

    assert first.days[later].status == "not_yet"
    assert first.problems == second.problems == []
    found = assert_nothing_lost_or_doubled(settings, HUB, DAYS)
    instants = sorted(s.observed_at for s in lake.read_observations(settings.lake))
    assert abs(instants[0] - (started + off)) < timedelta(minutes=2)
    assert instants == sorted(at for _, at in found.lake_observations)
    assert len(found.lake_observations) == 2 * len(DAYS)
    assert NEWEST in found.complete
