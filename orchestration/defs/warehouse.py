"""The dbt models as assets and their tests as checks, built by one dbt invocation a run.

``@dbt_assets`` over the dbt component: the component starts the ``dbt`` command (4 to 5 s each
time) and wants its own project layout; here dbt runs in the run's own process. What does not
belong here: running dbt (``transform.py``), SQL (``dbt_project/``).
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets
from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage
from dbt.contracts.graph.manifest import Manifest

from orchestration import transform
from orchestration.defs.metadata import preview
from orchestration.settings import Settings

_ALL = [
    "arxiv_papers",
    "listing_pages",
    "listings",
    "paper_details",
    "recorded_history",
    "resolved_titles",
    "search_results",
]
COLLECTORS = {
    "listings": [name for name in _ALL if name not in {"arxiv_papers", "paper_details"}],
    "observations": ["listing_pages", "listings", "recorded_history"],
    "upvote_history": ["recorded_history"],
    "arxiv_papers": ["arxiv_papers"],
    "paper_details": ["paper_details"],
    "quarantined_records": _ALL,
}
"""Which assets write each dataset of the lake (the dbt source of that name)."""

LAKE = "lake"
"""dbt's name of the source whose tables are the lake's datasets."""

WAREHOUSE_POOL = "warehouse"
"""Only one step at a time writes the build database or publishes from it."""


class Translator(DagsterDbtTranslator):
    """Names a model's asset like the published table, and hangs it below its collectors."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """The model's own name; a dataset of the lake below ``lake``."""
        name = dbt_resource_props["name"]
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey([LAKE, name])
        return dg.AssetKey(name)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The model's folder: staging, intermediate, papers, authors, trends."""
        folders = dbt_resource_props["fqn"][1:-1]
        return folders[-1] if folders else dbt_resource_props["resource_type"] + "s"

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        """Replace the lake's datasets by the assets that write them."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        models = [dep.asset_key for dep in spec.deps if dep.asset_key.path[0] != LAKE]
        datasets = [dep.asset_key.path[-1] for dep in spec.deps if dep.asset_key.path[0] == LAKE]
        collectors = {asset for dataset in datasets for asset in COLLECTORS[dataset]}
        return spec.replace_attributes(deps=[*models, *sorted(collectors)])


def _manifest() -> dict[str, Any]:
    if not transform.MANIFEST.exists():
        raise transform.TransformError(
            f"{transform.MANIFEST.name} is missing: run `make setup` (or `python -m orchestration"
            " prepare`) once before Dagster loads the definitions"
        )
    content: dict[str, Any] = json.loads(transform.MANIFEST.read_bytes())
    return content


MANIFEST = _manifest()
TRANSLATOR = Translator()


@dbt_assets(manifest=MANIFEST, dagster_dbt_translator=TRANSLATOR, pool=WAREHOUSE_POOL)
def warehouse(
    context: dg.AssetExecutionContext,
    settings: dg.ResourceParam[Settings],
    dbt_manifest: dg.ResourceParam[Future[Manifest]],
) -> Iterator[Any]:
    """Build the selected models and run their tests."""
    selection: list[str] = []
    if context.is_subset:
        parameters = get_updated_cli_invocation_params_for_context(context, MANIFEST, TRANSLATOR)
        selection = list(parameters.selection_args)
        if parameters.indirect_selection:
            selection += ["--indirect-selection", parameters.indirect_selection]
    context.log.info("building the marts")
    done: Counter[str] = Counter()
    said: list[str] = []
    try:
        for event in transform.build(settings, selection, dbt_manifest.result()):
            said.append(event["info"]["msg"])
            done[event["data"]["node_info"]["resource_type"]] += 1
            message = DbtCoreCliEventMessage(raw_event=event, event_history_metadata={})
            for made in message.to_default_asset_events(MANIFEST, TRANSLATOR, context):
                yield _with_contents(made, event) if isinstance(made, dg.Output) else made
    finally:
        # At once: an event of its own for each of two hundred lines costs more than many a model.
        context.log.debug("\n".join(said))
    context.log.info("built and tested: %s", ", ".join(f"{n} {kind}s" for kind, n in done.items()))


def _with_contents(made: dg.Output[Any], event: Mapping[str, Any]) -> dg.Output[Any]:
    """Add what the built table holds to what dbt told of it."""
    contents: dict[str, Any] = {}
    if "rows" in event:
        contents["dagster/row_count"] = event["rows"]
    if "preview" in event:
        contents["preview"] = preview(event["preview"])
    return made.with_metadata({**made.metadata, **contents})
