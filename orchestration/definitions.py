"""The one code location: gathers assets, checks, jobs, schedules, sensors and resources.

What does not belong here: logic. Assets are listed by name because a module that defines ``defs``
hides whatever is not listed.
"""

from __future__ import annotations

import dagster as dg

from orchestration.defs import (
    arxiv,
    automation,
    details,
    digests,
    lake,
    listings,
    pages,
    publication,
    warehouse,
)
from orchestration.defs.resources import console, resources

defs = dg.Definitions(
    assets=[
        listings.listings,
        pages.listing_pages,
        arxiv.arxiv_papers,
        details.paper_details,
        details.search_results,
        details.resolved_titles,
        lake.recorded_history,
        lake.compacted_lake,
        warehouse.warehouse,
        publication.published_warehouse,
        publication.feeds,
        digests.digests,
        digests.waiting_mail,
    ],
    jobs=automation.JOBS,
    schedules=automation.SCHEDULES,
    sensors=automation.SENSORS,
    resources=resources(),
    loggers={"console": console},
    # A step of its own process costs seconds, and no step here works for longer.
    executor=dg.in_process_executor,
)
