"""Assets about the lake as a whole: imports of what others recorded, and compaction.

What does not belong here: reading files and merging them (``collect/``).
"""

from pathlib import Path

import dagster as dg
from pydantic import Field

from orchestration.collect.compaction import compact
from orchestration.collect.history import import_history
from orchestration.defs.listings import listings
from orchestration.defs.metadata import LAKE_POOL, preview, unknown_fields
from orchestration.settings import Settings


class ImportConfig(dg.Config):
    """What to import."""

    path: str | None = Field(
        default=None,
        description="file or folder of upvote counts (CSV, Parquet) or responses; none: no import",
    )


@dg.asset(group_name="collect", kinds={"file", "parquet"}, pool=LAKE_POOL)
def recorded_history(
    context: dg.AssetExecutionContext, config: ImportConfig, settings: dg.ResourceParam[Settings]
) -> dg.MaterializeResult:
    """Responses and upvote counts that others recorded. Importing them again changes nothing."""
    if not config.path:
        return dg.MaterializeResult(metadata={"imported": "nothing: no path was given"})
    path = Path(config.path).expanduser()
    if not path.exists():
        raise dg.Failure(f"there is no file or folder {path}", allow_retries=False)
    report = import_history(settings, path, progress=context.log.info)
    for line in report.lines():
        context.log.info(line)
    if report.is_in_vain:
        why = "; ".join(report.lines()[1:]) or "there is no file in it"
        raise dg.Failure(f"nothing could be imported from {path}: {why}", allow_retries=False)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": report.papers + report.counts,
            "responses": report.responses,
            "papers": report.papers,
            "counts": report.counts,
            "quarantined": report.quarantined,
            "known": report.known,
            "unknown_fields": unknown_fields(settings),
            "preview": preview([{"skipped": n, "reason": r} for n, r in report.skipped.items()]),
        }
    )


@dg.asset(
    deps=[listings],
    group_name="maintain",
    kinds={"parquet"},
    pool=LAKE_POOL,
    op_tags={"dagster/priority": "-1"},  # readers wait for the publication, nobody for this
)
def compacted_lake(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    """Closed days merged into monthly files, verified row by row before the small files go."""
    report = compact(settings)
    return dg.MaterializeResult(metadata=vars(report))
