"""Going back to an earlier version: what is kept for it, what readers get, and until when."""

from __future__ import annotations

from datetime import timedelta

import dagster as dg
import pytest

from orchestration.defs.publication import published_warehouse
from orchestration.files import swap_link
from orchestration.publish import snapshot
from orchestration.publish.snapshot import PublicationError
from orchestration.settings import Settings
from tests.unit.small_build import NOON, build, published_papers


def test_the_last_versions_stay_and_one_can_go_back(settings: Settings) -> None:
    kept = settings.keep_versions
    for papers in range(1, kept + 3):
        build(settings, papers)
        snapshot.publish(settings, NOON + timedelta(hours=papers))

    assert len(snapshot.versions(settings)) == kept
    assert len(list(settings.published.glob("papers-*.duckdb"))) == kept
    assert published_papers(settings) == kept + 2
    went_to = snapshot.rollback(settings)
    assert went_to == snapshot.versions(settings)[-2]
    assert published_papers(settings) == kept + 1
    snapshot.rollback(settings, snapshot.versions(settings)[0])
    assert published_papers(settings) == 3
    with pytest.raises(PublicationError, match="no earlier version"):
        snapshot.rollback(settings)
    with pytest.raises(PublicationError, match="no published version '2020'"):
        snapshot.rollback(settings, "2020")


def test_the_version_readers_get_outlives_the_pruning(settings: Settings) -> None:
    for papers in (1, 2):
        build(settings, papers)
        snapshot.publish(settings, NOON + timedelta(hours=papers))
    snapshot.rollback(settings)
    held = snapshot.current_version(settings)
    kept = settings.keep_versions
    for papers in range(3, kept + 4):
        build(settings, papers)
        newest = snapshot.publish(settings, NOON + timedelta(hours=papers))

    # Who went back wants no later version before it is known to be better.
    assert snapshot.current_version(settings) == snapshot.pinned_version(settings) == held
    assert published_papers(settings) == 1
    assert len(snapshot.versions(settings)) == kept + 1
    assert snapshot.versions(settings)[-1] == newest.version
    assert snapshot.verify(settings, str(held)) == []


def test_a_run_tells_that_readers_keep_an_earlier_version(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    for papers in (1, 2):
        build(settings, papers)
        snapshot.publish(settings, NOON + timedelta(hours=papers))
    held = snapshot.rollback(settings)

    run = dg.materialize([published_warehouse], resources={"settings": settings})

    (told,) = run.asset_materializations_for_node("published_warehouse")
    assert told.metadata["readers_get"].value == held
    assert told.metadata["version"].value == snapshot.versions(settings)[-1]
    assert f"readers keep {held} until: make rollback VERSION=newest" in capsys.readouterr().err


@pytest.mark.parametrize("by_name", [False, True])
def test_a_rollback_lasts_until_readers_go_on_to_the_newest_version(
    settings: Settings, by_name: bool
) -> None:
    for papers in (1, 2, 3):
        build(settings, papers)
        newest = snapshot.publish(settings, NOON + timedelta(hours=papers))
    snapshot.rollback(settings)

    name = newest.version if by_name else snapshot.NEWEST
    assert snapshot.rollback(settings, name) == newest.version

    assert snapshot.pinned_version(settings) is None
    assert published_papers(settings) == 3
    build(settings, 4)
    snapshot.publish(settings, NOON + timedelta(hours=4))
    assert published_papers(settings) == 4


def test_a_rollback_that_was_killed_half_way_is_finished_by_the_next_publication(
    settings: Settings,
) -> None:
    for papers in (1, 2):
        build(settings, papers)
        snapshot.publish(settings, NOON + timedelta(hours=papers))
    newest = settings.link.resolve()
    snapshot.rollback(settings)
    swap_link(settings.link, newest)

    snapshot.publish(settings, NOON + timedelta(hours=3))

    assert published_papers(settings) == 1
