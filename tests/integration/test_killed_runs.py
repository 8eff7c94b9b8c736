"""A run that was killed stands in nobody's way, and one that waits for another can be stopped.

Real Dagster runs in processes of their own. What does not belong here: what a run does.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import dagster as dg

from orchestration.settings import PROJECT_ROOT, Settings

PATIENCE = 60
WORK = """
import logging, sys, time
import dagster as dg

logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)

@dg.op(pool="lake")
def work():
    print("works", flush=True)
    time.sleep(float(sys.argv[1]))

@dg.job(executor_def=dg.in_process_executor)
def everything():
    work()

with dg.DagsterInstance.get() as instance:
    sys.exit(not everything.execute_in_process(instance=instance, raise_on_error=False).success)
"""


def start(settings: Settings, seconds: float) -> subprocess.Popen[str]:
    """A run whose one step works for so long, alone in its pool."""
    return subprocess.Popen(
        [sys.executable, "-c", WORK, str(seconds)],
        cwd=PROJECT_ROOT,
        env=os.environ | {"DAGSTER_HOME": str(settings.dagster_home)},
        stdout=subprocess.PIPE,
        text=True,
    )


def listen(process: subprocess.Popen[str], words: str) -> str:
    """Its first line that has ``words``."""
    assert process.stdout is not None
    return next(line for line in process.stdout if words in line)


def test_a_killed_run_blocks_nobody_and_who_waits_can_be_stopped(settings: Settings) -> None:
    killed = start(settings, 600)
    listen(killed, "works")
    stopped, waiting = start(settings, 0), start(settings, 0)
    told = {listen(process, "waits for another run") for process in (stopped, waiting)}

    stopped.send_signal(signal.SIGTERM)
    assert stopped.wait(PATIENCE) == 1
    assert killed.poll() is None
    killed.kill()
    assert waiting.wait(PATIENCE) == 0

    killed.wait()
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        *later, earlier = instance.get_runs()
        (words,) = told
        assert earlier.run_id in words
        assert earlier.status is dg.DagsterRunStatus.FAILURE
        assert {run.status for run in later} == {
            dg.DagsterRunStatus.FAILURE,
            dg.DagsterRunStatus.SUCCESS,
        }
