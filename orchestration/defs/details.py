"""Assets that ask the hub more about papers: details, saved searches, titles without an id.

What does not belong here: asking (``collect/``). Without a hub each of them asks for nothing.
"""

from collections.abc import Callable
from typing import Protocol

import dagster as dg

from orchestration.collect.details import collect_details
from orchestration.collect.hub import HubClient
from orchestration.collect.reach import HubReach
from orchestration.collect.searches import collect_searches
from orchestration.collect.source import is_hub_asked
from orchestration.collect.titles import resolve_titles
from orchestration.defs.listings import listings
from orchestration.defs.metadata import LAKE_POOL, unknown_fields
from orchestration.defs.pages import listing_pages
from orchestration.settings import Settings


class _Report(Protocol):
    def lines(self) -> list[str]: ...

    def metadata(self) -> dict[str, int | str]: ...


def _ask(
    context: dg.AssetExecutionContext,
    settings: Settings,
    hub: HubReach,
    collect: Callable[[Settings, HubClient], _Report],
) -> dg.MaterializeResult:
    if not is_hub_asked(settings, hub):
        return dg.MaterializeResult(metadata={"asked": "nothing: there is no hub to ask"})
    with HubClient.from_settings(settings, hub.pace) as client:
        report = collect(settings, client)
    for line in report.lines():
        context.log.info(line)
    return dg.MaterializeResult(
        metadata={**report.metadata(), "unknown_fields": unknown_fields(settings)}
    )


@dg.asset(deps=[listings], group_name="collect", kinds={"http", "parquet"}, pool=LAKE_POOL)
def paper_details(
    context: dg.AssetExecutionContext,
    settings: dg.ResourceParam[Settings],
    hub: dg.ResourceParam[HubReach],
) -> dg.MaterializeResult:
    """Models, datasets and spaces that the hub links to papers that trend, within a budget."""
    return _ask(context, settings, hub, collect_details)


@dg.asset(deps=[listings], group_name="collect", kinds={"http", "parquet"}, pool=LAKE_POOL)
def search_results(
    context: dg.AssetExecutionContext,
    settings: dg.ResourceParam[Settings],
    hub: dg.ResourceParam[HubReach],
) -> dg.MaterializeResult:
    """What the hub finds for each saved search in ``PAPERTIDE_HOME/searches/``."""
    return _ask(context, settings, hub, collect_searches)


@dg.asset(deps=[listing_pages], group_name="collect", kinds={"http", "parquet"}, pool=LAKE_POOL)
def resolved_titles(
    context: dg.AssetExecutionContext,
    settings: dg.ResourceParam[Settings],
    hub: dg.ResourceParam[HubReach],
) -> dg.MaterializeResult:
    """ArXiv ids of cards known by title only, when the hub finds exactly one such title."""
    return _ask(context, settings, hub, resolve_titles)
