"""The data folder: its subfolders, and Dagster's own configuration inside it.

What does not belong here: the paths themselves (``settings.py``).
"""

from __future__ import annotations

import json

from orchestration.collect import lake
from orchestration.files import write_atomically
from orchestration.settings import Settings

DAGSTER_YAML = """\
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
event_log_storage:
  module: orchestration.event_log
  class: PooledSqliteEventLogStorage
  config:
    # Where Dagster's own class keeps them.
    base_dir: {event_logs}
"""


def prepare(settings: Settings) -> None:
    """Make the data folder ready for collecting, building and Dagster; harmless to repeat."""
    folders = (settings.inbox, settings.landing, settings.searches, settings.published)
    for folder in (*folders, settings.dagster_home, settings.logs):
        folder.mkdir(parents=True, exist_ok=True)
    # Inside, because whoever is alone with the lake takes unfinished files away.
    with lake.reading(settings.lake):
        lake.prepare(settings.lake)
    configuration = settings.dagster_home / "dagster.yaml"
    event_logs = settings.dagster_home / "history" / "runs"
    # A JSON string is a YAML string too, whatever the path holds.
    content = DAGSTER_YAML.format(event_logs=json.dumps(str(event_logs))).encode()
    if not configuration.exists() or configuration.read_bytes() != content:
        write_atomically(configuration, content)
