"""Assets that readers get: the published version and its feeds.

What does not belong here: how they are made (``publish/``).
"""

import dagster as dg

from orchestration.defs.metadata import check, preview
from orchestration.defs.warehouse import MANIFEST, WAREHOUSE_POOL
from orchestration.publish import snapshot
from orchestration.publish.feeds import write_feeds
from orchestration.settings import Settings

MARTS = sorted(
    node["name"]
    for node in MANIFEST["nodes"].values()
    if node["resource_type"] == "model" and node["fqn"][1] == "marts"
)


AS_IN_MANIFEST = "files_are_as_in_the_manifest"


@dg.asset(
    deps=MARTS,
    group_name="publish",
    kinds={"duckdb", "parquet"},
    pool=WAREHOUSE_POOL,
    check_specs=[
        dg.AssetCheckSpec(
            AS_IN_MANIFEST,
            asset="published_warehouse",
            description="Each file of the version, read again, has the bytes its manifest tells.",
        )
    ],
)
def published_warehouse(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
) -> dg.MaterializeResult:
    """One immutable DuckDB file with its Parquet export; readers get it by the link's swap."""
    manifest = snapshot.publish(settings)
    if pinned := snapshot.pinned_version(settings):
        context.log.warning("readers keep %s until: %s", pinned, snapshot.RELEASE)
    return dg.MaterializeResult(
        data_version=dg.DataVersion(manifest.version),
        metadata={
            "version": manifest.version,
            "readers_get": snapshot.current_version(settings),
            "path": dg.MetadataValue.path(snapshot.database_path(settings, manifest.version)),
            "bytes": manifest.bytes,
            "dagster/row_count": sum(manifest.rows.values()),
            "preview": preview([{"table": t, "rows": n} for t, n in manifest.rows.items()]),
        },
        check_results=[check(AS_IN_MANIFEST, snapshot.verify(settings, manifest.version))],
    )


@dg.asset(deps=[published_warehouse], group_name="publish", kinds={"atom"}, pool=WAREHOUSE_POOL)
def feeds(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
) -> dg.MaterializeResult:
    """Atom feeds of the published version: days, weeks, what trends, topics, saved searches."""
    report = write_feeds(settings, settings.link.resolve())
    for problem in report.problems:
        context.log.warning(problem)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": sum(report.entries.values()),
            "changed": len(report.changed),
            "seconds": report.seconds,
            "preview": preview([{"feed": n, "entries": e} for n, e in report.entries.items()]),
        }
    )
