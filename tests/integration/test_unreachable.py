"""A refresh with a hub and without arXiv goes on, says what waits, and looks for the hub once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import dagster as dg

from orchestration.demo.generator import DemoHub
from orchestration.settings import Settings
from tests.fakes.hub import FakeHub
from tests.fakes.listings import FixedListings

DAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def test_steps_without_arxiv_go_on_and_ask_for_the_hub_once(settings: Settings) -> None:
    from orchestration.defs import arxiv, details, listings, pages
    from orchestration.defs.resources import resources

    steps = [
        listings.listings,
        pages.listing_pages,
        arxiv.arxiv_papers,
        details.paper_details,
        details.search_results,
        details.resolved_titles,
    ]
    with FakeHub() as gone:
        nobody = gone.url
    listed = FixedListings({DAY: DemoHub(papers_per_day=3).records(DAY, NOW)})
    with FakeHub(listed, now=NOW) as hub:
        changed = {"source": "live", "hub_url": hub.url, "arxiv_url": nobody}
        result = dg.materialize(
            steps,
            partition_key=DAY.isoformat(),
            resources=resources(settings.model_copy(update=changed)),
        )

    assert result.success
    assert hub.looks == 1
    (arxiv_step,) = result.asset_materializations_for_node("arxiv_papers")
    assert arxiv_step.metadata["warning"].value == (
        f"arXiv can't be reached at {nobody}: enrichment waits for the next run"
    )
