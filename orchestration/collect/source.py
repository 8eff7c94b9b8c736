"""Which source listings come from: the hub, or made-up days where no hub can be asked.

What does not belong here: asking the hub (``days.py``), making days up (``demo/``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pyarrow.compute as pc

from orchestration.collect import lake
from orchestration.collect.days import CollectReport, Progress, collect_days
from orchestration.collect.reach import HubReach
from orchestration.demo.collecting import collect_demo, demo_days, is_written
from orchestration.settings import Settings, Source


class SourceError(RuntimeError):
    """No source can be asked; the message says what to do."""


@dataclass(frozen=True)
class Collected:
    """What came from which source.

    Attributes:
        source: ``hub``, ``demo``, or ``none`` when the hub could not be reached and the lake keeps
            the real days that it has.
        report: outcome by day.
        warning: what a person has to know about the source, if anything.
    """

    source: str
    report: CollectReport
    warning: str | None = None


def has_real_days(settings: Settings) -> bool:
    """Whether the lake holds a listing day that was not made up.

    One asked for in vain is none, nor is one answered by something else than a listing, such as a
    proxy's page. The marts draw the same line in ``int_lake__state``.
    """
    is_seen = pc.field("status").isin(["complete", "empty"]) | (pc.field("papers") > 0)
    real_day = (pc.field("source") != "demo") & (pc.field("listing_kind") == "day") & is_seen
    return lake.has_observations(settings.lake, real_day)


def is_hub_asked(settings: Settings, hub: HubReach) -> bool:
    """Whether there is a hub to ask about papers it listed."""
    return settings.source is not Source.DEMO and has_real_days(settings) and hub.is_there


def collect_listings(
    settings: Settings, hub: HubReach, days: Iterable[date], progress: Progress | None = None
) -> Collected:
    """Collect listing days from where ``PAPERTIDE_SOURCE`` says.

    Made-up days are never mixed with real ones: where real days are known, an unreachable hub
    means that nothing is collected.

    Raises:
        SourceError: ``live``, and the hub can't be reached.
    """
    days = list(days)
    if settings.source is Source.DEMO:
        return _demo(settings, days, "PAPERTIDE_SOURCE=demo: these listings are made up")
    if hub.is_there:
        return Collected("hub", collect_days(settings, days, progress=progress, pace=hub.pace))
    problem = f"the hub can't be reached at {settings.hub_url}"
    if settings.source is Source.LIVE:
        raise SourceError(
            f"{problem}: check the network, or let PAPERTIDE_SOURCE=demo make listings up"
        )
    if has_real_days(settings):
        return Collected("none", CollectReport(), f"{problem}: no day was observed")
    return _demo(settings, days, f"{problem}: these listings are made up")


def _demo(settings: Settings, days: list[date], warning: str) -> Collected:
    if has_real_days(settings):
        raise SourceError(
            "made-up days are never mixed with real ones: choose another PAPERTIDE_HOME for demo"
        )
    if is_written(settings):
        words = "the lake was written by orchestration.demo: no day is added to its own"
        return Collected("demo", CollectReport(), f"DEMO DATA. {words}")
    # A history that trends can be computed from comes with any made-up day.
    history = demo_days(datetime.now(UTC).date())
    return Collected("demo", collect_demo(settings, {*history, *days}), f"DEMO DATA. {warning}")
