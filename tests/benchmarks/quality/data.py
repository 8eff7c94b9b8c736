"""What is evaluated: a lake of recorded (or made-up) listings and the marts dbt builds from it.

What does not belong here: judging anything.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration import home as data_folder
from orchestration import transform
from orchestration.collect.history import import_history
from orchestration.demo.lake_writer import write_lake
from orchestration.settings import PROJECT_ROOT, Settings, load_settings

RECORDED = ("responses_", "reobserved", "observations_")
"""What is imported of the recorded inputs: days that follow each other, and counts of upvotes."""

DEMO_PAPERS, DEMO_FIRST_DAY, DEMO_LAST_DAY = 14_000, date(2024, 5, 27), date(2026, 3, 31)
DEMO_OBSERVED_AFTER_HOURS = (8, 32, 104, 14 * 24)

TUNED_BEFORE = date(2025, 10, 1)
"""Parameters are tuned on the days before; the days from then on are the report."""


@dataclass(frozen=True)
class Data:
    """One evaluated data folder.

    Attributes:
        settings: of the folder; ``settings.lake`` and ``settings.build_database`` are filled.
        recorded: folder of the recorded inputs, none when the listings are made up (then their
            truth lies below ``settings.home / "truth"``).
    """

    settings: Settings
    recorded: Path | None

    @property
    def is_recorded(self) -> bool:
        """Whether the listings are recorded ones of the real hub."""
        return self.recorded is not None

    @contextmanager
    def warehouse(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The marts dbt built, for reading."""
        with duckdb.connect(str(self.settings.build_database), read_only=True) as connection:
            yield connection

    @contextmanager
    def work(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """What dbt made them from, for reading."""
        with duckdb.connect(str(self.settings.work_database), read_only=True) as connection:
            yield connection


def recorded_folder() -> Path | None:
    """The recorded inputs, none when this machine has none."""
    told = os.environ.get("PAPERTIDE_RECORDED", "../shared/data")
    folder = (PROJECT_ROOT / told).resolve()
    return folder if (folder / "hub_api").is_dir() else None


def prepare(home: Path, recorded: Path | None) -> Data:
    """Fill an empty data folder's lake and build its models, without their tests.

    Raises:
        TransformError: a model could not be built.
    """
    settings = load_settings().model_copy(update={"home": home.resolve()})
    data_folder.prepare(settings)
    if recorded is None:
        write_lake(
            home,
            DEMO_PAPERS,
            first_day=DEMO_FIRST_DAY,
            last_day=DEMO_LAST_DAY,
            observed_after_hours=DEMO_OBSERVED_AFTER_HOURS,
        )
    else:
        for path in sorted((recorded / "hub_api").iterdir()):
            if path.name.startswith(RECORDED):
                import_history(settings, path)
    transform.parse()  # what is evaluated is the project as it stands, whatever was parsed before
    selection = ("--resource-type", "seed", "--resource-type", "model", "--write-json")
    for _ in transform.build(settings, selection):
        pass
    return Data(settings, recorded)
