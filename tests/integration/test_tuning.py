"""A grid's value reaches the models it is judged by.

What does not belong here: what the figures are.
"""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import pytest

from orchestration.settings import Settings
from tests.benchmarks.quality.as_known import AsKnown
from tests.benchmarks.quality.data import Data
from tests.benchmarks.quality.tuning import Grid, tune


def _growth(known: AsKnown) -> float:
    """The power of the age by which the newest paper's upvotes are projected."""
    known.take("int_paper_observations", "int_paper_listings")
    ((promised, upvotes, hours),) = known.connection.sql(
        "select log_upvotes_projected, upvotes, hours_since_listed"
        f" from {known.table('int_paper_ages')} where log_upvotes_projected is not null"
        " order by hours_since_listed limit 1"
    ).fetchall()
    growth: float = (promised - math.log(1 + upvotes)) / math.log((336 + 2) / (hours + 2))
    return growth


def test_models_are_compiled_with_the_value(
    demo_home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERTIDE_HOME", str(tmp_path))
    settings = Settings(home=tmp_path)
    shutil.copy(demo_home.work_database, settings.work_database)
    shutil.copytree(demo_home.lake, settings.lake)
    found = tune(Data(settings, recorded=None), Grid("score_growth", (1,), _growth))
    assert found == {1: pytest.approx(1)}
