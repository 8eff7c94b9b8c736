"""What a start of the dashboard waits for, and what it gets ready meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard.later import Later
from orchestration.settings import PROJECT_ROOT, Settings

SLOW = {"altair", "duckdb", "numpy", "pandas", "pyarrow", "sqlalchemy"}

SERVED = """
import gc, json, sys, time
from starlette.testclient import TestClient
from dashboard import warm_up
from dashboard.app import app

warm_up.FIRST_READER_SECONDS = 0

def share_kept():
    return gc.get_freeze_count() / (gc.get_freeze_count() + len(gc.get_objects()))

def is_ready():
    last = sys.modules.get("dashboard.routes_feeds")
    return hasattr(last, "ROUTES") and share_kept() > 0.8

until = time.monotonic() + 60
with TestClient(app):
    while not is_ready() and time.monotonic() < until:
        time.sleep(0.01)
    from dashboard.data import warehouse
    asked = warehouse._run.cache_info().currsize
    print(json.dumps({"asked": asked, "kept": share_kept(), "modules": list(sys.modules)}))
"""


def imported(module: str) -> list[str]:
    """What an import of a module brings, in order."""
    script = f"import sys, {module}; print(*sys.modules)"
    return said(script).split()


def said(script: str) -> str:
    """What a script prints in a process of its own."""
    # In this folder Streamlit finds its configuration and the script by itself.
    folder = PROJECT_ROOT / "dashboard"
    return subprocess.run(
        [sys.executable, "-c", script], cwd=folder, stdout=subprocess.PIPE, text=True, check=True
    ).stdout


def test_a_start_waits_for_nothing_slow() -> None:
    assert not SLOW.intersection(imported("dashboard.app"))


def test_cards_come_without_charts() -> None:
    assert "altair" not in imported("dashboard.components")


def test_charts_come_after_all_of_pandas() -> None:
    modules = imported("dashboard.charts")
    assert modules.index("pandas") < modules.index("altair")


@pytest.mark.parametrize("is_published", [True, False])
def test_a_server_gets_ready_by_itself(
    demo_home: Settings, monkeypatch: pytest.MonkeyPatch, is_published: bool
) -> None:
    if is_published:
        monkeypatch.setenv("PAPERTIDE_HOME", str(demo_home.home))
    facts: dict[str, Any] = json.loads(said(SERVED))
    assert (facts["asked"] > 5) == is_published
    assert SLOW.issubset(facts["modules"])
    assert facts["kept"] > 0.8


def test_later_answers_as_the_routes_themselves() -> None:
    client = TestClient(Starlette(routes=[Route("/api/{rest:path}", Later("dashboard.api"))]))
    assert client.get("/api/trending").status_code == 503  # nothing is published
    assert client.get("/api/trending").json()["error"]
    assert client.post("/api/trending").status_code == 405
    assert client.get("/api/nothing").status_code == 404
