"""What the last Dagster runs were and how they ended, as a file anybody may read.

``reports/runs.json`` is made from Dagster's own records each time, so a report that was missed is
made up for by the next one. Reading it takes neither Dagster (seconds of import) nor its storage.
What does not belong here: starting runs (``runs.py``), showing them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from orchestration.files import write_atomically
from orchestration.settings import Settings

if TYPE_CHECKING:
    import dagster as dg
    from dagster._core.storage.dagster_run import RunRecord

RUNS_KEPT: Final = 30
LONGEST_PROBLEM: Final = 300
STARTERS: Final = ("dagster/schedule_name", "dagster/sensor_name")
BACKFILL: Final = "dagster/backfill"
# Readers are not to learn subscribers' addresses, nor what stands before the @ of a server's.
_ADDRESS: Final = re.compile(r"[^\s<>'\"]+@[^\s<>'\"]+")


@dataclass(frozen=True)
class Run:
    """A run of a job; times are ISO 8601 in UTC, None while they have not come.

    ``status`` is Dagster's in lower case (queued, starting, started, success, failure, canceled);
    ``problems`` are what failed, and checks that failed in a run that went on all the same.
    """

    run_id: str
    job: str
    started_by: str
    status: str
    asked_at: str
    started_at: str | None = None
    ended_at: str | None = None
    problems: list[str] = field(default_factory=list)


def read_runs(settings: Settings) -> list[Run]:
    """The reported runs, newest first; none before the first run has ended."""
    if not settings.runs_report.exists():
        return []
    return [Run(**run) for run in json.loads(settings.runs_report.read_text())]


def report_runs(settings: Settings, instance: dg.DagsterInstance) -> list[Run]:
    """Write the last runs that ``instance`` knows into the report; give them, newest first."""
    before = read_runs(settings)
    # What has ended stays as it was told: reading a run's events is what takes time.
    ended = {run.run_id: run for run in before if run.ended_at}
    records = instance.get_run_records(limit=RUNS_KEPT)
    runs = [ended.get(each.dagster_run.run_id) or _run(each, instance) for each in records]
    if runs != before:
        content = json.dumps([asdict(run) for run in runs], indent=1, ensure_ascii=False)
        write_atomically(settings.runs_report, content.encode())
    return runs


def problems(events: Iterable[dg.DagsterEvent]) -> list[str]:
    """What went wrong: failed steps, failed checks of a run that went on all the same, or the run.

    Empty only when all of it worked.
    """
    import dagster as dg

    found = []
    for event in events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            cause = error.cause or error if error else None
            found.append(f"{event.step_key}: {cause.message.strip() if cause else 'failed'}")
        elif event.event_type is dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            check = event.asset_check_evaluation_data
            if not check.passed and check.severity is dg.AssetCheckSeverity.ERROR:
                told = check.metadata.get("problems")
                words = told.value if told else check.description
                name = f"{check.asset_key.to_user_string()}.{check.check_name}"
                found.append(f"{name}: {words}")
        elif event.event_type is dg.DagsterEventType.RUN_FAILURE and not found:
            found.append(event.message or "the run failed")
    return found


def _run(record: RunRecord, instance: dg.DagsterInstance) -> Run:
    import dagster as dg

    run = record.dagster_run
    # The tag's value is an id that tells nobody anything.
    by_hand = "a back-fill" if BACKFILL in run.tags else "by hand"
    starter = next((run.tags[tag] for tag in STARTERS if tag in run.tags), by_hand)
    told: list[str] = []
    if run.is_finished:
        telling = {
            dg.DagsterEventType.STEP_FAILURE,
            dg.DagsterEventType.ASSET_CHECK_EVALUATION,
            dg.DagsterEventType.RUN_FAILURE,
        }
        entries = instance.all_logs(run.run_id, of_type=telling)
        told = problems(entry.dagster_event for entry in entries if entry.dagster_event)
    return Run(
        run.run_id,
        "chosen assets" if run.job_name.startswith("__") else run.job_name,
        starter,
        run.status.value.lower(),
        record.create_timestamp.astimezone(UTC).isoformat(timespec="seconds"),
        _instant(record.start_time),
        _instant(record.end_time),
        [_short(problem) for problem in told],
    )


def _instant(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _short(problem: str) -> str:
    words = _ADDRESS.sub("…", " ".join(problem.split()))
    return words if len(words) <= LONGEST_PROBLEM else words[: LONGEST_PROBLEM - 1] + "…"
