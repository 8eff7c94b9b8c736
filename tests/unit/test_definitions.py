"""The code location: every asset of the line is there, described, grouped and guarded."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import dagster as dg
import pytest

from orchestration import transform
from orchestration.settings import PROJECT_ROOT

COLLECTED = {
    "listings",
    "listing_pages",
    "arxiv_papers",
    "paper_details",
    "search_results",
    "resolved_titles",
    "recorded_history",
}
PUBLISHED = {
    "papers",
    "paper_listings",
    "paper_observations",
    "listing_days",
    "authors",
    "paper_authors",
    "coauthors",
    "organizations",
    "submitters",
    "topics",
    "paper_topics",
    "topic_weeks",
    "trending_papers",
    "build_info",
}


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    if not transform.MANIFEST.exists():
        transform.parse()
    from orchestration.definitions import defs

    return defs


def test_every_asset_of_the_line_is_loaded(definitions: dg.Definitions) -> None:
    names = {key.to_user_string() for key in definitions.resolve_asset_graph().get_all_asset_keys()}
    assert COLLECTED | {"published_warehouse", "feeds", "digests"} | PUBLISHED <= names


def test_every_asset_says_what_it_is(definitions: dg.Definitions) -> None:
    for spec in definitions.resolve_all_asset_specs():
        assert spec.description, spec.key
        assert spec.group_name != "default", spec.key
        assert spec.kinds, spec.key


def test_the_marts_hang_below_everything_that_collects(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    upstream = graph.get_ancestor_asset_keys(dg.AssetKey("published_warehouse"))
    names = {key.to_user_string() for key in upstream}
    assert names >= COLLECTED | PUBLISHED


def test_dbt_tests_are_asset_checks_beside_our_own(definitions: dg.Definitions) -> None:
    checks = definitions.resolve_asset_graph().asset_check_keys
    checked = {key.asset_key.to_user_string() for key in checks}
    # The one row of build_info is held by its contract alone.
    by_hand = {"listings", "listing_pages", "published_warehouse"}
    assert checked >= PUBLISHED - {"build_info"} | by_hand
    # A test that names a model it does not read is run, and its result is nowhere to be seen.
    nodes = json.loads(transform.MANIFEST.read_bytes())["nodes"].values()
    tests = {node["name"] for node in nodes if node["resource_type"] == "test"}
    assert tests <= {key.name for key in checks}


def test_writers_share_a_pool(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for name in ("papers", "published_warehouse"):
        assert graph.get(dg.AssetKey(name)).pools == {"warehouse"}
    assert graph.get(dg.AssetKey("listings")).pools == {"lake"}


def test_whatever_starts_runs_is_delivered_stopped(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()
    assert {schedule.name for schedule in repository.schedule_defs} >= {
        "hourly_observation",
        "daily_refresh",
    }
    for schedule in repository.schedule_defs:
        assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED
    for sensor in repository.sensor_defs:
        is_running = sensor.default_status is dg.DefaultSensorStatus.RUNNING
        assert is_running == (not sensor.targets), sensor.name


def test_whatever_starts_runs_says_what_for(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()
    for each in (*repository.schedule_defs, *repository.sensor_defs):
        assert each.description, each.name


def test_loading_neither_parses_dbt_nor_opens_a_socket() -> None:
    code = (
        "import socket, sys\n"
        "def refuse(*_): raise AssertionError('network at import')\n"
        "socket.socket.connect = refuse\n"
        "import orchestration.definitions\n"
        "assert 'dbt.parser.manifest' not in sys.modules\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr


def test_collecting_and_publishing_import_no_dagster() -> None:
    importing = re.compile(r"^\s*(import|from) dagster", re.MULTILINE)
    for room in ("collect", "publish", "demo"):
        for path in sorted((PROJECT_ROOT / "orchestration" / room).rglob("*.py")):
            assert not importing.search(path.read_text()), path
