"""Where the tuned parameters come from: their grids, judged on the days before the reported ones.

``python -m tests.benchmarks.quality.tuning`` prints each value's figure, the one in use marked. The
models are compiled anew with each value, and judged as the evaluations judge them. What does not
belong here: the reported days.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestration.transform import DBT_PROJECT, TransformError
from tests.benchmarks.quality import rising_topics, score
from tests.benchmarks.quality.as_known import AsKnown, compiled_nodes
from tests.benchmarks.quality.data import TUNED_BEFORE, Data, prepare, recorded_folder


def _score(known: AsKnown) -> float | None:
    """Spearman of the paper score on evenings of mixed ages."""
    known.take("int_paper_observations", "int_paper_listings")
    for model in ("int_paper_ages", "int_paper_scores"):
        known.table(model)
    _, evenings = score.groups(known.connection)
    figure: float | None = score.report(evenings, days=1, block=7)["tuned"]["spearman"].get(
        score.DEFAULT, {"mean": None}
    )["mean"]
    return figure


def _rising(known: AsKnown) -> float | None:
    """Precision at 20 of the rising topics."""
    until = TUNED_BEFORE - timedelta(days=rising_topics.AHEAD)
    found = rising_topics.summary(rising_topics.back_test(known, until=until))
    figure: float | None = found["methods"].get(rising_topics.DEFAULT, {"mean": None})["mean"]
    return figure


@dataclass(frozen=True)
class Grid:
    """A parameter of the dbt project, the values tried, and how one is judged."""

    parameter: str
    values: tuple[float, ...]
    judge: Callable[[AsKnown], float | None]


GRIDS = (
    Grid("score_growth", (0, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5), _score),
    Grid("rising_half_life_days", (14, 21, 28, 42, 56), _rising),
)


def tune(data: Data, grid: Grid) -> dict[float, float | None]:
    """The figure of each value of a grid."""
    return {value: _figure(data, grid, value) for value in grid.values}


def _figure(data: Data, grid: Grid, value: float) -> float | None:
    with tempfile.TemporaryDirectory(prefix="papertide-tuning-") as folder:
        manifest = _compiled(data, Path(folder), {grid.parameter: value})
        with _known(data, manifest) as known:
            return grid.judge(known)


@contextmanager
def _known(data: Data, manifest: Path) -> Iterator[AsKnown]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{data.settings.work_database}' as built (read_only)")
        known = AsKnown(connection, compiled_nodes(manifest))
        connection.execute("use work")
        yield known


def _compiled(data: Data, target: Path, variables: dict[str, Any]) -> Path:
    """The manifest of the project as compiled with other variables."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    os.environ["PAPERTIDE_HOME"] = str(data.settings.home)
    folders = (f"--project-dir={DBT_PROJECT}", f"--profiles-dir={DBT_PROJECT}")
    written = (f"--target-path={target}", f"--log-path={target}")
    try:
        outcome = dbtRunner().invoke(
            ["--quiet", "compile", "--vars", json.dumps(variables), *folders, *written]
        )
    finally:
        DuckDBConnectionManager.close_all_connections()
    if not outcome.success:
        raise TransformError(f"dbt can't compile the project: {outcome.exception}")
    return target / "manifest.json"


def main() -> None:
    """Print every grid."""
    in_use = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text())["vars"]
    with tempfile.TemporaryDirectory(prefix="papertide-quality-") as folder:
        data = prepare(Path(folder), recorded_folder())
        for grid in GRIDS:
            print(f"{grid.parameter}: {(grid.judge.__doc__ or '').rstrip('.')}")
            for value, figure in tune(data, grid).items():
                mark = "  in use" if value == in_use[grid.parameter] else ""
                print(f"  {value:>6g}  {figure}{mark}", flush=True)


if __name__ == "__main__":
    main()
