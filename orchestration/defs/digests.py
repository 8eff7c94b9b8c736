"""Assets that send mail. What does not belong here: writing it (``publish/``)."""

from collections.abc import Sequence
from typing import Literal

import dagster as dg
from pydantic import Field

from orchestration.defs.metadata import preview
from orchestration.defs.publication import published_warehouse
from orchestration.publish.doubts import Doubt, doubtful
from orchestration.publish.sending import deliver_due, send_digests
from orchestration.publish.store import open_store
from orchestration.settings import Settings


class DigestsConfig(dg.Config):
    """Which subscribers get their digest."""

    frequency: Literal["daily", "weekly"] = Field(
        default="daily", description="subscribers of this frequency who have not got it yet"
    )


@dg.asset(deps=[published_warehouse], group_name="mail", kinds={"email"}, pool="mail")
def digests(
    context: dg.AssetExecutionContext, config: DigestsConfig, settings: dg.ResourceParam[Settings]
) -> dg.MaterializeResult:
    """Mails to subscribers: papers new since their last digest. Harmless to repeat."""
    report = send_digests(settings, settings.link.resolve(), config.frequency)
    if report.delivery.problem:
        context.log.warning(report.delivery.problem)
    return dg.MaterializeResult(
        metadata={
            "edition": report.edition,
            **report.states,
            **_doubts(report.doubtful),
            "problem": report.delivery.problem or "none",
        }
    )


@dg.asset(group_name="mail", kinds={"email"}, pool="mail")
def waiting_mail(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    """Mails that the mail server put off, and confirmations that wait, tried again."""
    warehouse = settings.link.resolve() if settings.link.exists() else None
    report = deliver_due(settings, warehouse)
    told = {name: value for name, value in vars(report).items() if value is not None}
    return dg.MaterializeResult(metadata={**told, **_doubts(doubtful(open_store(settings)))})


def _doubts(doubts: Sequence[Doubt]) -> dict[str, dg.MetadataValue]:
    """Mails nobody knows the fate of: how many, and the newest of them.

    Without addresses: who looks at runs need not know who subscribes.
    """
    rows: list[dict[str, str | int]] = [
        {"subscriber": doubt.subscriber_id, "edition": doubt.edition, "since": str(doubt.since)}
        for doubt in doubts
    ]
    return {"in_doubt": dg.MetadataValue.int(len(rows)), "doubts": preview(rows)}
