"""The asset of arXiv's facts. What does not belong here: asking arXiv (``collect/arxiv.py``)."""

import dagster as dg

from orchestration.collect.arxiv import collect_arxiv
from orchestration.collect.reach import HubReach
from orchestration.collect.source import is_hub_asked
from orchestration.defs.listings import listings
from orchestration.defs.metadata import LAKE_POOL
from orchestration.defs.pages import listing_pages
from orchestration.settings import Settings

REQUESTS_PER_RUN = 5
"""500 papers in 15 s: a week of listings; a longer gap is caught up over several runs."""


@dg.asset(
    deps=[listings, listing_pages],
    group_name="collect",
    kinds={"http", "parquet"},
    pool=LAKE_POOL,
)
def arxiv_papers(
    context: dg.AssetExecutionContext,
    settings: dg.ResourceParam[Settings],
    hub: dg.ResourceParam[HubReach],
) -> dg.MaterializeResult:
    """What arXiv says of listed papers: categories, DOI, comment, version, withdrawal."""
    if not is_hub_asked(settings, hub):
        return dg.MaterializeResult(metadata={"asked": "nothing: there is no network"})
    report = collect_arxiv(settings, max_requests=REQUESTS_PER_RUN)
    if report.warning:
        context.log.warning(report.warning)
    return dg.MaterializeResult(metadata={"dagster/row_count": report.found, **report.metadata()})
