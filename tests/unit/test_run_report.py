"""The report of the last runs: real runs of small jobs on a real Dagster instance."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg
import pytest

from orchestration.home import prepare
from orchestration.run_report import read_runs, report_runs
from orchestration.settings import Settings


@dg.op
def works() -> None:
    """Work."""


@dg.op
def breaks() -> None:
    """Fail with words that name a subscriber and a server's password."""
    raise ValueError("refused\n  smtp://user:secret@mail.example for ada@example.org " + "x" * 900)


@dg.asset
def counted() -> None:
    """Something that is checked."""


@dg.asset_check(asset=counted)
def holds() -> dg.AssetCheckResult:
    """A check that fails, and lets the run go on."""
    return dg.AssetCheckResult(passed=False, metadata={"problems": "3 rows do not hold"})


@dg.job
def good() -> None:
    """A run that works."""
    works()


@dg.job
def bad() -> None:
    """A run that fails."""
    breaks()


checked = dg.Definitions(
    assets=[counted], asset_checks=[holds], jobs=[dg.define_asset_job("checked")]
).resolve_job_def("checked")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, dg.DagsterInstance]]:
    settings = Settings(home=tmp_path_factory.mktemp("runs"))
    prepare(settings)
    assert read_runs(settings) == []
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        tags = {"dagster/schedule_name": "daily_refresh"}
        for job in (good, bad, checked):
            job.execute_in_process(instance=instance, raise_on_error=False, tags=tags)
        # Asked for, and never begun.
        instance.create_run_for_job(bad, tags={"dagster/backfill": "kqzvxwab"})
        report_runs(settings, instance)
        yield settings, instance


def test_runs_that_worked_failed_and_wait_are_reported(
    runs: tuple[Settings, dg.DagsterInstance],
) -> None:
    waiting, check, failed, worked = read_runs(runs[0])
    assert (worked.job, worked.status, worked.problems) == ("good", "success", [])
    assert worked.started_by == "daily_refresh"
    assert worked.asked_at <= (worked.started_at or "") <= (worked.ended_at or "")
    assert (failed.job, failed.status) == ("bad", "failure")
    assert (check.status, check.problems) == ("success", ["counted.holds: 3 rows do not hold"])
    assert (waiting.status, waiting.started_at, waiting.ended_at) == ("not_started", None, None)
    assert waiting.started_by == "a back-fill"


def test_problems_are_one_short_line_without_addresses(
    runs: tuple[Settings, dg.DagsterInstance],
) -> None:
    (problem,) = read_runs(runs[0])[2].problems
    assert problem.startswith("breaks: ")
    assert "refused … for … xxx" in problem
    assert len(problem) == 300


def test_what_has_ended_is_not_read_again(runs: tuple[Settings, dg.DagsterInstance]) -> None:
    settings, instance = runs
    before = settings.runs_report.stat().st_mtime_ns
    told = read_runs(settings)
    instance.delete_run(told[1].run_id)
    instance.all_logs = None  # type: ignore[assignment,method-assign]
    assert report_runs(settings, instance) == [told[0], *told[2:]]
    assert settings.runs_report.stat().st_mtime_ns > before
