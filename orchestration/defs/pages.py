"""The asset that reads listing pages. What does not belong here: reading a page (``collect/``)."""

import dagster as dg

from orchestration.collect.inbox import collect_pages
from orchestration.defs.metadata import LAKE_POOL, check, preview
from orchestration.settings import Settings

EVERY_FILE_TAKEN = "every_file_was_taken"


@dg.asset(
    group_name="collect",
    kinds={"html", "parquet"},
    pool=LAKE_POOL,
    check_specs=[
        dg.AssetCheckSpec(
            EVERY_FILE_TAKEN,
            asset="listing_pages",
            description="No file had to stay because it could not be opened or moved.",
        )
    ],
)
def listing_pages(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
) -> dg.MaterializeResult:
    """Saved listing pages: the bundled one, and whatever lies in the inbox (text or HTML)."""
    report = collect_pages(settings)
    for line in report.lines():
        context.log.info(line)
    failed = [f"{each.name}: {each.reason}" for each in report.results if each.outcome == "failed"]
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": sum(result.papers for result in report.results),
            **report.metadata(),
            "preview": preview(
                [
                    {
                        "page": result.name,
                        "outcome": result.outcome,
                        "papers": result.papers,
                        "reason": result.reason or "",
                    }
                    for result in report.results
                ]
            ),
        },
        check_results=[check(EVERY_FILE_TAKEN, failed)],
    )
