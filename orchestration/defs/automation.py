"""Partitions, jobs, schedules and sensors: what runs together and when.

Whatever starts runs is delivered stopped: an operator switches it on in the Dagster UI. What does
not belong here: assets, and the observation plan itself (``collect/plan.py``).
"""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from inspect import getdoc
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from orchestration.collect.inbox import waiting_files
from orchestration.collect.lake import read_observations
from orchestration.collect.plan import due_days, refresh_span
from orchestration.dead_runs import end_dead_runs
from orchestration.publish.doubts import due
from orchestration.publish.store import open_store
from orchestration.run_report import report_runs
from orchestration.settings import FIRST_LISTING_DATE, Settings

LISTING_DAYS = dg.DailyPartitionsDefinition(
    start_date=FIRST_LISTING_DATE.isoformat(), timezone="UTC", end_offset=1
)
"""One partition a listing date, today included: the hub fills a day while it lasts."""

RANGE_START_TAG = "dagster/asset_partition_range_start"
RANGE_END_TAG = "dagster/asset_partition_range_end"

TRIED_AGAIN_SECONDS = 3600
"""After this time the inbox sensor gives files that a run left where they were another try."""

_collecting = dg.AssetSelection.groups("collect", "maintain")
_mail = dg.AssetSelection.groups("mail")
_marts_and_publication = dg.AssetSelection.all() - _collecting - _mail

refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all() - _mail,
    description="Collect listing days and everything about their papers, build, publish.",
)
observe = dg.define_asset_job(
    "observe",
    selection=_marts_and_publication | dg.AssetSelection.assets("listings"),
    description="Collect the listing days that are due, build, publish.",
)
take_pages = dg.define_asset_job(
    "take_pages",
    selection=_marts_and_publication | dg.AssetSelection.assets("listing_pages", "resolved_titles"),
    description="Read what lies in the inbox, build, publish.",
)
import_history = dg.define_asset_job(
    "import_history",
    selection=_marts_and_publication | dg.AssetSelection.assets("recorded_history"),
    description="Import what others recorded, build, publish.",
)
send_digests = dg.define_asset_job(
    "send_digests",
    selection=dg.AssetSelection.assets("digests"),
    description="Send the digests that are due, once each.",
)
deliver_mail = dg.define_asset_job(
    "deliver_mail",
    selection=dg.AssetSelection.assets("waiting_mail"),
    description="Try again to deliver mail that waits.",
)


def _schedule(
    job: UnresolvedAssetJobDefinition, cron: str
) -> Callable[[Callable[..., Any]], dg.ScheduleDefinition]:
    """A schedule in UTC; operators read the function's docstring in the Dagster UI."""
    return lambda function: dg.schedule(
        job=job, cron_schedule=cron, execution_timezone="UTC", description=getdoc(function)
    )(function)


def _sensor(seconds: int, **more: Any) -> Callable[[Callable[..., Any]], dg.SensorDefinition]:
    """A sensor that looks so often; operators read the function's docstring in the Dagster UI."""
    return lambda function: dg.sensor(
        minimum_interval_seconds=seconds, description=getdoc(function), **more
    )(function)


def _due_days_run(first: date, last: date, run_key: str) -> dg.RunRequest:
    """A run over a range of days, of which the asset leaves out those that are not due."""
    return dg.RunRequest(
        # One run however often the tick is tried.
        run_key=run_key,
        tags={RANGE_START_TAG: first.isoformat(), RANGE_END_TAG: last.isoformat()},
        run_config={"ops": {"listings": {"config": {"only_due": True}}}},
    )


@_schedule(observe, "7 * * * *")
def hourly_observation(
    context: dg.ScheduleEvaluationContext, settings: dg.ResourceParam[Settings]
) -> dg.RunRequest | dg.SkipReason:
    """Observe the listing days that are due; a missed tick is caught up by the next one."""
    now = context.scheduled_execution_time
    seen = read_observations(settings.lake)
    days = due_days(now, seen, open_days=settings.collect_days)
    if not days:
        return dg.SkipReason("no listing day is due")
    return _due_days_run(days[0], days[-1], f"due-{now:%Y-%m-%dT%H}")


@_schedule(refresh, "37 5 * * *")
def daily_refresh(
    context: dg.ScheduleEvaluationContext, settings: dg.ResourceParam[Settings]
) -> dg.RunRequest:
    """Observe what is due and everything about its papers, once a day.

    Always, for there is more to do than listing days: the hourly runs leave none of those due.
    """
    now = context.scheduled_execution_time
    first, last = refresh_span(now, read_observations(settings.lake), settings.collect_days)
    return _due_days_run(first, last, f"daily-{now:%Y-%m-%d}")


def _digests_run(frequency: str) -> dg.RunRequest:
    return dg.RunRequest(run_config={"ops": {"digests": {"config": {"frequency": frequency}}}})


@_schedule(send_digests, "0 7 * * *")
def daily_digests() -> dg.RunRequest:
    """Send the daily digests."""
    return _digests_run("daily")


@_schedule(send_digests, "15 7 * * MON")
def weekly_digests() -> dg.RunRequest:
    """Send the weekly digests."""
    return _digests_run("weekly")


@_sensor(30, job=take_pages)
def inbox(
    context: dg.SensorEvaluationContext, settings: dg.ResourceParam[Settings]
) -> dg.RunRequest | dg.SkipReason:
    """Run when listing pages lie in the inbox."""
    files = waiting_files(settings)
    if not files:
        return dg.SkipReason("the inbox is empty")
    for last in context.instance.get_run_records(dg.RunsFilter(job_name=take_pages.name), limit=1):
        if not last.dagster_run.is_finished:
            return dg.SkipReason("a run reads it now")
        # What was there then has been tried: it can't be read or moved, or the run failed.
        is_tried = max(map(_changed_at, files)) < (last.start_time or 0)
        if is_tried and time.time() < (last.end_time or 0) + TRIED_AGAIN_SECONDS:
            return dg.SkipReason("the last run left these files: they are tried again in an hour")
    return dg.RunRequest()


def _changed_at(file: Path) -> float:
    """When a file came to its place or was written; a copy may bring an older time along."""
    try:
        return file.stat().st_ctime
    except FileNotFoundError:
        return 0.0


@_sensor(300, job=deliver_mail)
def mail_waits(settings: dg.ResourceParam[Settings]) -> dg.RunRequest | dg.SkipReason:
    """Run when mail that waits is due."""
    if settings.smtp_url is None or not due(open_store(settings), datetime.now(UTC)):
        return dg.SkipReason("no mail is due")
    return dg.RunRequest()


@_sensor(30, default_status=dg.DefaultSensorStatus.RUNNING)
def run_report(
    context: dg.SensorEvaluationContext, settings: dg.ResourceParam[Settings]
) -> dg.SkipReason:
    """Tell readers how the last runs went, and end those that were killed; starts none."""
    end_dead_runs(context.instance)
    runs = report_runs(settings, context.instance)
    return dg.SkipReason(f"reported {len(runs)} runs")


JOBS = [refresh, observe, take_pages, import_history, send_digests, deliver_mail]
SCHEDULES = [hourly_observation, daily_refresh, daily_digests, weekly_digests]
SENSORS = [inbox, mail_waits, run_report]
