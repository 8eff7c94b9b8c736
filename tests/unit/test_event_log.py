"""Dagster's event log as the data folder configures it."""

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage
from sqlalchemy import Engine, event

from orchestration.event_log import OPEN_DATABASES, PooledSqliteEventLogStorage
from orchestration.home import prepare
from orchestration.settings import Settings


@dg.asset
def tide(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """An asset that says something."""
    context.log.info("rising")
    return dg.MaterializeResult(metadata={"metres": 3})


def test_every_run_is_kept_and_dagsters_own_class_reads_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(settings)
    monkeypatch.setenv("DAGSTER_HOME", str(settings.dagster_home))
    runs = OPEN_DATABASES + 2
    with dg.DagsterInstance.get() as instance:
        storage = instance.event_log_storage
        assert isinstance(storage, PooledSqliteEventLogStorage)
        run_ids = [dg.materialize([tide], instance=instance).run_id for _ in range(runs)]
        assert len(storage._engines) == OPEN_DATABASES
        # A run whose database was closed in between.
        assert any("rising" in each.user_message for each in instance.all_logs(run_ids[0]))
        known = [[each.message for each in instance.all_logs(run_id)] for run_id in run_ids]

    (settings.dagster_home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    with dg.DagsterInstance.get() as instance:
        assert type(instance.event_log_storage) is SqliteEventLogStorage
        assert known == [[each.message for each in instance.all_logs(r)] for r in run_ids]
        event = instance.get_latest_materialization_event(dg.AssetKey("tide"))
        assert event is not None
        assert event.run_id == run_ids[-1]
        materialization = event.asset_materialization
        assert materialization is not None
        assert materialization.metadata["metres"].value == 3


def test_the_schema_is_looked_at_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(settings)
    monkeypatch.setenv("DAGSTER_HOME", str(settings.dagster_home))
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    with dg.DagsterInstance.get() as instance:
        dg.materialize([tide], instance=instance)
        event.listen(Engine, "before_cursor_execute", note)
        try:
            dg.materialize([tide], instance=instance)
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        assert not instance.event_log_storage.has_table("tide")
    assert [words for words in asked if "INSERT INTO asset_event_tags" in words]
    looks = ('table_xinfo("asset_keys")', "FROM secondary_indexes")
    assert not [words for words in asked if any(look in words for look in looks)]
