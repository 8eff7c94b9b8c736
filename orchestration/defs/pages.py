"""The asset that reads listing pages. What does not belong here: reading a page (``collect/``)."""

import dagster as dg

from orchestration.collect.inbox import collect_pages
from orchestration.defs.metadata import LAKE_POOL, preview
from orchestration.settings import Settings


@dg.asset(group_name="collect", kinds={"html", "parquet"}, pool=LAKE_POOL)
def listing_pages(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
) -> dg.MaterializeResult:
    """Saved listing pages: the bundled one, and whatever lies in the inbox (text or HTML)."""
    report = collect_pages(settings)
    for line in report.lines():
        context.log.info(line)
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
        }
    )
