"""The observation plan: exactly the days that are due, whatever ticks were missed."""

from datetime import UTC, date, datetime, timedelta

from orchestration.collect.plan import Seen, due_days, refresh_span

NOW = datetime(2026, 11, 20, 10, 7, tzinfo=UTC)
TODAY = NOW.date()


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def seen(days: int, *, hours_ago: float, status: str = "complete") -> Seen:
    return Seen(days_ago(days), NOW - timedelta(hours=hours_ago), status)


def test_a_new_home_asks_for_the_last_14_days() -> None:
    assert due_days(NOW, []) == [days_ago(days) for days in range(13, -1, -1)]


def test_hourly_then_daily_then_closed() -> None:
    """One tick an hour over 20 days: count what each listing day got."""
    start = datetime(2026, 11, 1, 0, 7, tzinfo=UTC)
    observations: list[Seen] = []
    for hour in range(24 * 20):
        now = start + timedelta(hours=hour)
        # The run itself takes a moment, and never the same one.
        at = now + timedelta(seconds=30 + hour * 7 % 1200)
        observations += [Seen(day, at, "complete") for day in due_days(now, observations)]

    counts = dict.fromkeys((date(2026, 11, 1), date(2026, 11, 3), date(2026, 11, 6)), 0)
    for observation in observations:
        if observation.listing_date in counts:
            counts[observation.listing_date] += 1
    assert set(counts.values()) == {48 + 12}
    newest = max(o.observed_at for o in observations if o.listing_date == date(2026, 11, 1))
    assert newest.date() == date(2026, 11, 14)


def test_once_an_hour_by_the_clock_not_by_the_minute() -> None:
    others = [seen(days, hours_ago=1) for days in range(2, 14)]
    just_before_the_hour = Seen(TODAY, NOW.replace(hour=9, minute=59), "partial")
    this_hour = Seen(days_ago(1), NOW.replace(minute=1), "complete")

    assert due_days(NOW, [*others, just_before_the_hour, this_hour]) == [TODAY]


def test_a_missed_week_is_caught_up_in_one_run_then_it_is_quiet() -> None:
    before = [seen(days, hours_ago=24 * 30) for days in range(30, 44)]

    due = due_days(NOW, before)

    # With the day that was not over yet when it was observed last.
    assert due == [days_ago(days) for days in range(30, -1, -1)]
    assert due_days(NOW, [*before, *(Seen(day, NOW, "complete") for day in due)]) == []


def test_a_closed_day_never_seen_whole_is_tried_again_once_a_day_for_90_days() -> None:
    began = seen(100, hours_ago=24 * 100)
    open_days = [seen(days, hours_ago=0) for days in range(14)]
    whole = [seen(days, hours_ago=24 * 13, status="empty") for days in range(14, 91) if days != 40]

    def due(*more: Seen) -> list[date]:
        return due_days(NOW, [began, *open_days, *whole, *more])

    assert due() == [days_ago(40)]
    assert due(seen(40, hours_ago=30, status="partial")) == [days_ago(40)]
    assert due(seen(40, hours_ago=1, status="partial")) == []
    assert due(seen(40, hours_ago=24 * 39, status="complete")) == []
    # Seen to its end, but on its own day: more may have been listed that evening.
    assert due(seen(40, hours_ago=24 * 40, status="complete")) == [days_ago(40)]


def test_days_never_seen_are_due_as_far_back_as_asked() -> None:
    observations = [Seen(days_ago(days), NOW, "complete") for days in range(100) if days != 60]

    assert due_days(NOW, observations) == []
    assert due_days(NOW, observations, since=days_ago(99)) == [days_ago(60)]
    assert due_days(NOW, [], since=days_ago(15)) == [days_ago(days) for days in range(15, -1, -1)]


def test_days_before_the_first_observation_are_not_missed_days() -> None:
    old_days_collected_today = [seen(days, hours_ago=2) for days in range(80, 60, -1)]

    assert due_days(NOW, old_days_collected_today) == due_days(NOW, [])


def test_a_clock_that_went_back_asks_for_nothing_twice() -> None:
    observations = [Seen(days_ago(days), NOW, "complete") for days in range(14)]

    assert due_days(NOW - timedelta(hours=1), observations) == []


def test_another_time_zone_is_the_same_instant() -> None:
    from zoneinfo import ZoneInfo

    assert due_days(NOW.astimezone(ZoneInfo("Asia/Almaty")), []) == due_days(NOW, [])


def test_fewer_days_collected_by_default_close_sooner() -> None:
    assert due_days(NOW, [], open_days=2) == [days_ago(1), TODAY]
    assert due_days(NOW, [], open_days=30) == due_days(NOW, [])
    assert refresh_span(NOW, [], 1) == (TODAY, TODAY)
    assert refresh_span(NOW, [], 30) == (days_ago(29), TODAY)
    # What was never seen whole is caught up all the same, and what was is left alone.
    before = [seen(5, hours_ago=1), seen(4, hours_ago=24 * 4), seen(3, hours_ago=24)]
    assert due_days(NOW, before, open_days=2) == [days_ago(4), days_ago(2), days_ago(1), TODAY]
