"""Runs whose process is gone: they are told as failed, and give their places in pools back.

Dagster hears of a run's end from the run's own process. One that was killed, by hand, by the kernel
or by a power cut, would stay "started" and hold its pool for ever. What does not belong here:
waiting for a pool (``event_log.py``).
"""

from __future__ import annotations

import dagster as dg
import psutil
from dagster._core.launcher.default_run_launcher import DefaultRunLauncher

_WORDS = "The run's process is gone: it was killed, or the machine went down."


def end_dead_runs(instance: dg.DagsterInstance) -> list[str]:
    """End the runs whose process is gone; give their ids."""
    if not isinstance(instance.run_launcher, DefaultRunLauncher):
        return []  # runs of other machines, whose processes are not to be seen from here
    working = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
    run_ids = {run.run_id for run in instance.get_runs(dg.RunsFilter(statuses=working))}
    run_ids |= instance.event_log_storage.get_concurrency_run_ids()
    dead = sorted(run_id for run_id in run_ids if _is_gone(instance, run_id))
    for run_id in dead:
        run = instance.get_run_by_id(run_id)
        if run and not run.is_finished:
            instance.report_run_failed(run, _WORDS)
        instance.event_log_storage.free_concurrency_slots_for_run(run_id)
    return dead


def _is_gone(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Whether the process that Dagster noted last for a run has ended."""
    entries = instance.all_logs(run_id, of_type=dg.DagsterEventType.ENGINE_EVENT)
    for entry in reversed(entries):
        metadata = entry.get_dagster_event().engine_event_data.metadata
        if pid := metadata.get("pid"):
            try:
                process = psutil.Process(int(str(pid.value)))
                # One that began after the note has only got the same number.
                began_after = process.create_time() > entry.timestamp
                return began_after or process.status() == psutil.STATUS_ZOMBIE
            except psutil.NoSuchProcess:
                return True
    return False  # none was noted: it is about to begin
