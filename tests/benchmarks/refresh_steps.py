"""A whole refresh: from the start of the run to the link that readers follow.

What does not belong here: its parts, each measured by itself in the other ``*_steps`` modules.
"""

from __future__ import annotations

import os
import subprocess
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from orchestration import home, runs
from orchestration.collect.days import collect_days
from orchestration.settings import PROJECT_ROOT, Settings, load_settings
from tests.benchmarks.lake_steps import Running, asking, days_until
from tests.benchmarks.measure import Facts


def day_before(hub_url: str, days: int) -> Running:
    """Fill a data folder as it is on any day: collected until yesterday, built and published."""
    _ask(hub_url)
    now = datetime.now(UTC)
    yesterday = now.date() - timedelta(days=1)
    settings = asking(hub_url)
    home.prepare(settings)
    yield
    report = collect_days(
        settings, days_until(str(yesterday), days), observed_at=now - timedelta(days=1)
    )
    runs.refresh(load_settings(), yesterday, yesterday)
    return {"papers": report.papers}


def in_process(hub_url: str) -> Running:
    """Refresh in a process that has Dagster and the definitions loaded, as the Dagster UI's."""
    _ask(hub_url)
    settings = load_settings()
    import orchestration.definitions  # noqa: F401 - what such a process has loaded

    yield
    started = time.time()
    runs.refresh(settings)
    yield
    return _told(settings, started)


def from_cold(hub_url: str) -> Running:
    """Refresh with ``make data``."""
    _ask(hub_url)
    settings = load_settings()
    yield
    started = time.time()
    answer = subprocess.run(
        ["make", "data"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    yield
    if answer.returncode:
        raise RuntimeError(f"make data failed: {(answer.stderr or answer.stdout)[-300:]}")
    return _told(settings, started)


def _ask(hub_url: str) -> None:
    addresses = {"PAPERTIDE_HUB_URL": hub_url, "PAPERTIDE_ARXIV_URL": hub_url}
    os.environ |= addresses | {"PAPERTIDE_SOURCE": "live"}


def _told(settings: Settings, started: float) -> Facts:
    """When the link had moved, and how long each step of the run took."""
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)
    import dagster as dg

    with dg.DagsterInstance.get() as instance:
        (run,) = instance.get_runs(limit=1)
        steps: list[Any] = instance.get_run_step_stats(run.run_id)
        ran = sorted((step for step in steps if step.start_time), key=lambda step: step.start_time)
    return {
        "to_link_seconds": round(settings.link.lstat().st_mtime - started, 3),
        "to_first_step_seconds": round(ran[0].start_time - started, 3),
        "step_seconds": {
            step.step_key: round((step.end_time or step.start_time) - step.start_time, 3)
            for step in ran
        },
    }
