"""The asset of listing days. What does not belong here: asking the hub (``collect/``)."""

from datetime import UTC, date, datetime

import dagster as dg
from pydantic import Field

from orchestration.collect.days import DayOutcome
from orchestration.collect.lake import read_observations
from orchestration.collect.plan import due_days
from orchestration.collect.reach import HubReach
from orchestration.collect.source import Collected, SourceError, collect_listings
from orchestration.defs.automation import LISTING_DAYS
from orchestration.defs.metadata import LAKE_POOL, check, preview, unknown_fields
from orchestration.settings import Settings

ALL_COLLECTED = "every_day_asked_for_was_collected"
"""An error, because somebody has to look after a day that could not be had. Not blocking, because
the other days are no worse for it: the marts know which days are whole."""


class ListingsConfig(dg.Config):
    """How the days of the partition range are observed."""

    only_due: bool = Field(
        default=False,
        description="only the days of the range that are due or were never observed",
    )


@dg.asset(
    partitions_def=LISTING_DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    group_name="collect",
    kinds={"http", "parquet"},
    pool=LAKE_POOL,
    check_specs=[
        dg.AssetCheckSpec(
            ALL_COLLECTED,
            asset="listings",
            description="Each day of the run was observed to its end, or is empty.",
        )
    ],
)
def listings(
    context: dg.AssetExecutionContext,
    config: ListingsConfig,
    settings: dg.ResourceParam[Settings],
    hub: dg.ResourceParam[HubReach],
) -> dg.MaterializeResult:
    """Observe listing days: exact answers into landing, typed rows into the lake.

    A day can be observed again at any time: every observation is kept. A range of days is one run.
    """
    days = [date.fromisoformat(key) for key in context.partition_keys]
    if config.only_due:
        seen = read_observations(settings.lake)
        due = due_days(datetime.now(UTC), seen, min(days), settings.collect_days)
        days = sorted({*days} & {*due})

    def progress(done: int, of: int, day: date, outcome: DayOutcome) -> None:
        context.log.info("%d/%d  %s  %s, %d papers", done, of, day, outcome.status, outcome.papers)

    try:
        collected = collect_listings(settings, hub, days, progress)
    except SourceError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    if collected.warning:
        context.log.warning(collected.warning)
    return _result(settings, collected)


def _result(settings: Settings, collected: Collected) -> dg.MaterializeResult:
    report = collected.report
    problems = list(report.problems)
    if collected.source == "none":
        problems.append(str(collected.warning))
    outcomes = sorted(report.days.items(), reverse=True)
    return dg.MaterializeResult(
        metadata={
            "source": collected.source,
            "dagster/row_count": report.papers,
            "window": f"{outcomes[-1][0]} to {outcomes[0][0]}" if outcomes else "no day",
            "complete": report.count("complete"),
            "empty": report.count("empty"),
            "quarantined": report.quarantined,
            "requests": report.requests,
            "retries": report.retries,
            "throttled": report.throttled,
            "bytes": report.bytes,
            "seconds": report.seconds,
            "unknown_fields": unknown_fields(settings),
            "preview": preview(
                [
                    {"day": str(day), "status": outcome.status, "papers": outcome.papers}
                    for day, outcome in outcomes
                ]
            ),
        },
        check_results=[check(ALL_COLLECTED, problems)],
    )
