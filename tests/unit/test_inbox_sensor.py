"""The inbox in Dagster: its sensor and its asset's check. What does not: reading pages."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest

from orchestration import transform
from orchestration.run_report import problems
from orchestration.settings import Settings


@pytest.fixture
def instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    if not transform.MANIFEST.exists():
        transform.parse()
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as opened:
        yield opened


def tick(instance: dg.DagsterInstance, settings: Settings) -> Any:
    from orchestration.defs.automation import inbox

    with dg.build_sensor_context(instance=instance, resources={"settings": settings}) as context:
        return inbox(context)


@dg.op
def work() -> None:
    """Leave the files where they are."""


@dg.job
def take_pages() -> None:
    """A run of the sensor's job."""
    work()


def drop(settings: Settings, name: str) -> None:
    """As `cp -p` does: the file brings its old time along."""
    path = settings.inbox / name
    path.write_text("a page")
    os.utime(path, (1.7e9, 1.7e9))


def test_each_file_that_comes_in_gets_a_run(
    settings: Settings, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(tick(instance, settings), dg.SkipReason)
    drop(settings, "one.txt")
    assert tick(instance, settings).run_key is None

    waiting = instance.create_run_for_job(take_pages)
    assert isinstance(tick(instance, settings), dg.SkipReason)
    instance.delete_run(waiting.run_id)
    take_pages.execute_in_process(instance=instance)
    assert isinstance(tick(instance, settings), dg.SkipReason)  # left: not every half minute

    (settings.inbox / "one.txt").unlink()
    drop(settings, "two.txt")
    assert isinstance(tick(instance, settings), dg.RunRequest)
    take_pages.execute_in_process(instance=instance)
    assert isinstance(tick(instance, settings), dg.SkipReason)
    in_an_hour = time.time() + 3601
    monkeypatch.setattr(time, "time", lambda: in_an_hour)
    assert isinstance(tick(instance, settings), dg.RunRequest)


def test_a_file_that_had_to_stay_fails_the_check(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    from orchestration.defs.pages import listing_pages

    drop(settings, "one.txt")
    (settings.inbox / "refused").write_text("no folder")
    result = dg.materialize([listing_pages], instance=instance, resources={"settings": settings})

    (stayed,) = problems(result.all_events)
    assert "one.txt" in stayed
    (settings.inbox / "refused").unlink()
    again = dg.materialize([listing_pages], instance=instance, resources={"settings": settings})
    assert problems(again.all_events) == []
