"""What the assets tell operators in a common form. What does not belong here: collecting it."""

from collections.abc import Mapping, Sequence

import dagster as dg

from orchestration.collect.drift import tell_fields
from orchestration.settings import Settings

LAKE_POOL = "lake"
"""One collecting step at a time: two would ask the hub twice for the same."""

PREVIEW_ROWS = 100


def unknown_fields(settings: Settings) -> str:
    """Fields the lake has no column for, that came in lately and no run has told yet."""
    return ", ".join(tell_fields(settings.lake))


def preview(rows: Sequence[Mapping[str, str | int | float | bool | None]]) -> dg.MetadataValue:
    """A table of the first rows; its columns are the keys of the first."""
    columns = [dg.TableColumn(name) for name in (rows[0] if rows else {})]
    records = [dg.TableRecord(dict(row)) for row in rows[:PREVIEW_ROWS]]
    return dg.MetadataValue.table(records, dg.TableSchema(columns))


def check(name: str, problems: Sequence[str]) -> dg.AssetCheckResult:
    """A check that holds when there are no problems; who started the run is told them."""
    return dg.AssetCheckResult(
        check_name=name,
        passed=not problems,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"problems": "; ".join(problems)},
    )
