"""The data folder: its subfolders, and Dagster's own configuration inside it.

What does not belong here: the paths themselves (``settings.py``).
"""

from __future__ import annotations

from orchestration.collect import lake
from orchestration.files import write_atomically
from orchestration.settings import Settings

DAGSTER_YAML = b"""\
# Written by Papertide at each start.
telemetry:
  enabled: false
# No invitation to Dagster's mailing list in front of an operator's first page.
nux:
  enabled: false
concurrency:
  pools:
    # One writer: a second run's step waits until the first has finished.
    granularity: op
    default_limit: 1
run_monitoring:
  enabled: true
"""


def prepare(settings: Settings) -> None:
    """Make the data folder ready for collecting, building and Dagster; harmless to repeat."""
    folders = (settings.inbox, settings.landing, settings.searches, settings.published)
    for folder in (*folders, settings.dagster_home, settings.logs):
        folder.mkdir(parents=True, exist_ok=True)
    lake.prepare(settings.lake)
    configuration = settings.dagster_home / "dagster.yaml"
    if not configuration.exists() or configuration.read_bytes() != DAGSTER_YAML:
        write_atomically(configuration, DAGSTER_YAML)
