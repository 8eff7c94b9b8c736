"""Starts Dagster runs in this process, the same jobs that the Dagster UI starts.

What does not belong here: what a job does (``defs/``), or the command line (``__main__.py``).
"""

from __future__ import annotations

import gc
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from orchestration.collect.lake import read_observations
from orchestration.collect.plan import refresh_span
from orchestration.home import prepare
from orchestration.run_report import problems, report_runs
from orchestration.settings import FIRST_LISTING_DATE, Settings


class RunError(RuntimeError):
    """A run failed; the message says which steps and why."""


def refresh(settings: Settings, first: date | None = None, last: date | None = None) -> None:
    """Collect the listing days from ``first`` to ``last``, build and publish, in one run.

    Without days: those that are due of the last ``collect_days``. The run is kept in the Dagster
    instance of the data folder, so the UI shows it.

    Raises:
        RunError: a step failed; what was collected before is kept.
        ValueError: the range is empty or begins before the hub's first listing date.
    """
    now = datetime.now(UTC)
    today = now.date()
    if not FIRST_LISTING_DATE <= (first or FIRST_LISTING_DATE) <= (last or today) <= today:
        raise ValueError(
            f"no listing days from {first} to {last}: they begin on {FIRST_LISTING_DATE}, end today"
            f" ({today} UTC), and FROM comes before TO"
        )
    prepare(settings)
    only_due = first is None and last is None
    span = refresh_span(now, read_observations(settings.lake), settings.collect_days)
    first, last = first or span[0], last or span[1]
    from orchestration.defs.automation import RANGE_END_TAG, RANGE_START_TAG

    _execute(
        settings,
        "refresh",
        tags={
            RANGE_START_TAG: first.isoformat(),
            RANGE_END_TAG: last.isoformat(),
        },
        ops={"listings": {"config": {"only_due": only_due}}},
    )


def import_recorded(settings: Settings, path: Path) -> None:
    """Import what others recorded (a file or folder), build and publish, in one run.

    Raises:
        RunError: a step failed; what was imported before is kept.
    """
    prepare(settings)
    config = {"recorded_history": {"config": {"path": str(path.resolve())}}}
    _execute(settings, "import_history", tags={}, ops=config)


def _execute(settings: Settings, job: str, tags: dict[str, str], ops: dict[str, Any]) -> None:
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)

    # Thousands of modules are no garbage: looking for it among them takes a sixth of their import.
    gc.disable()
    import dagster as dg

    from orchestration.dead_runs import end_dead_runs
    from orchestration.definitions import defs

    gc.freeze()
    gc.enable()
    with dg.DagsterInstance.get() as instance:
        end_dead_runs(instance)
        try:
            result = defs.resolve_job_def(job).execute_in_process(
                instance=instance,
                raise_on_error=False,
                tags=tags,
                run_config={"ops": ops, "loggers": {"console": {"config": {}}}},
            )
        finally:
            report_runs(settings, instance)
    if failures := problems(result.all_events):
        raise RunError("\n".join(failures))
