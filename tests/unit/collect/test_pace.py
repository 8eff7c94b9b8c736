"""The pace: never over the limit in any window, and never while the hub wants quiet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from orchestration.collect.hub_answers import LongPauseError
from orchestration.collect.pace import Pace, told_wait


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


def run(pace: Pace, clock: Clock, requests: int) -> list[float]:
    moments = []
    for _ in range(requests):
        pace.wait()
        moments.append(clock.now)
        clock.now += 0.01
    return moments


def busiest(moments: list[float], window: float) -> int:
    return max(sum(start <= m < start + window for m in moments) for start in moments)


def test_a_back_fill_of_1300_requests_stays_within_the_limit_of_every_window() -> None:
    clock = Clock()

    moments = run(Pace(450, clock, clock.sleep), clock, 1300)

    assert busiest(moments, 300) <= 450
    # Two full windows have to pass, and no more time than that.
    assert 600 <= moments[-1] - moments[0] < 625


def test_a_lower_limit_that_the_hub_tells_wins_and_a_higher_one_does_not() -> None:
    clock = Clock()
    pace = Pace(20, clock, clock.sleep)
    pace.heed({"ratelimit-policy": '"fixed window";"api";q=10;w=60'})
    assert busiest(run(pace, clock, 40), 60) <= 10

    pace.heed({"ratelimit-policy": '"fixed window";"api";q=5000;w=60'})
    pace.heed({"ratelimit-policy": '"fixed window";"api";q=5000;w=300'})
    assert busiest(run(pace, clock, 60), 300) <= 20


def test_nobody_goes_while_the_hub_has_nothing_left_to_give() -> None:
    clock = Clock()
    pace = Pace(450, clock, clock.sleep)
    pace.heed({"ratelimit": '"api";r=1;t=200'})
    assert run(pace, clock, 1) == [1000.0]

    pace.heed({"ratelimit": '"api";r=0;t=30'})
    pace.pause(12)

    assert run(pace, clock, 1)[0] == pytest.approx(1030.01)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "17"}, 17),
        ({"retry-after": "17", "ratelimit": '"api";r=0;t=30'}, 17),
        ({"ratelimit": '"api";r=0;t=30'}, 30),
        ({"ratelimit": '"api";r=4;t=30'}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Mon, 01 Jan 2024 00:00:00 GMT"}, 0),
        ({}, None),
    ],
)
def test_the_wait_that_a_refusal_tells(headers: dict[str, str], seconds: float | None) -> None:
    assert told_wait(headers) == seconds


def test_a_wait_told_as_a_date() -> None:
    at = datetime.now(UTC) + timedelta(seconds=60)

    assert told_wait({"retry-after": format_datetime(at, usegmt=True)}) == pytest.approx(60, abs=2)


def test_a_hub_that_does_not_say_how_long_is_left_alone_longer_each_time() -> None:
    clock = Clock()
    pace = Pace(450, clock, clock.sleep)
    waits = []
    for _ in range(8):
        pace.back_off(0.5)
        pace.back_off(0.5)  # another thread, told at the same time
        before = clock.now
        pace.wait()
        waits.append(clock.now - before)
    assert waits == [0.5, 1, 2, 4, 8, 16, 30, 30]

    pace.ease()
    pace.back_off(0.5)
    before = clock.now
    pace.wait()
    assert clock.now - before == 0.5


def test_a_pause_too_long_to_wait_for_is_told_and_ends_by_itself() -> None:
    clock = Clock()
    pace = Pace(450, clock, clock.sleep)
    pace.pause(3600)
    with pytest.raises(LongPauseError, match="3600 s"):
        pace.wait()
    clock.now += 3000.5
    pace.wait()
    assert clock.now >= 1000 + 3600
