"""Queries of what was collected: fields filled, observations, what was refused, versions, runs.

What does not belong here: the listing days themselves (``listings``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import pyarrow as pa

from dashboard.data.warehouse import Result, Warehouse
from orchestration.publish import snapshot
from orchestration.run_report import Run, read_runs
from orchestration.settings import load_settings

STATUS_WORDS: Final = {"success": "worked", "failure": "failed", "canceled": "stopped"}
"""Statuses of runs that have ended, in words; others have not."""


def fields_filled(house: Warehouse) -> Result:
    """Share of the papers first listed in each month that have a field, oldest month first.

    Returns:
        Rows of ``month``, ``field``, ``share``, ``papers``; none of a version published by an older
        release.
    """
    if not house.has("field_months"):
        return Result(pa.table({}), "")
    return house.run(
        """
select
    month_start_on as month,
    field,
    filled_share as share,
    papers

from field_months
order by month, field
"""
    )


def observations_by_hour(house: Warehouse) -> Result:
    """Papers observed in each hour of the two weeks before the newest observation."""
    return house.run(
        """
select
    date_trunc('hour', observed_at) as hour,
    count(*) as papers,
    count(distinct listing_date) as listing_days

from paper_observations
where observed_at > (select max(observed_at) from paper_observations) - interval 14 day
group by hour
order by hour
"""
    )


def newest_observations(house: Warehouse) -> Result:
    """The last observations of listing days: what each one asked for and saw."""
    return house.run(
        """
select
    observed_at,
    listing_date,
    status,
    pages_fetched,
    array_to_string(rows_per_page, ', ') as rows_per_page,
    if(is_end_seen, 'yes', 'no') as end_seen,
    papers,
    quarantined

from listing_observations
order by observed_at desc, listing_date desc
limit 50
"""
    )


def quarantine(house: Warehouse) -> Result:
    """What could not be read, by source and reason, most frequent first.

    A version published by an older release tells only when a record was seen first.
    """
    return house.run(
        """
select
    source,
    reason,
    count(*) as records,
    min(first_seen_at) as first_seen_at,
    max(greatest(*columns('(first|last)_seen_at'))) as last_seen_at,
    min(landed_in) as example

from quarantined_records
group by source, reason
order by records desc, source, reason
limit 50
"""
    )


def versions() -> list[dict[str, Any]]:
    """Published versions that readers may go back to, newest first."""
    settings = load_settings()
    current = snapshot.current_version(settings)
    known = []
    for version in reversed(snapshot.versions(settings)):
        try:
            manifest = snapshot.read_manifest(settings, version)
        except (snapshot.PublicationError, FileNotFoundError):
            continue  # removed as an old one since they were listed
        known.append(
            {
                "version": version,
                "published_at": manifest.published_at[:16].replace("T", " "),
                "papers": manifest.rows.get("papers"),
                "paper_observations": manifest.rows.get("paper_observations"),
                "megabytes": manifest.bytes / 1e6,
                "is_shown": version == current,
            }
        )
    return known


def runs() -> list[dict[str, Any]]:
    """The last runs of the line, newest first, whether they worked or not.

    Returns:
        ``job``, ``started_by``, ``outcome`` (worked, worked in part, failed, stopped, runs,
        waits), ``began_at`` and ``ended_at`` (UTC, None while they have not come), ``minutes`` and
        ``problems``.
    """
    return [_told(run) for run in read_runs(load_settings())]


def _told(run: Run) -> dict[str, Any]:
    began, ended = _instant(run.started_at), _instant(run.ended_at)
    outcome = STATUS_WORDS.get(run.status) or ("runs" if began else "waits")
    if run.status == "success" and run.problems:
        outcome = "worked in part"
    return {
        "job": run.job.replace("_", " "),
        "started_by": run.started_by.replace("_", " "),
        "outcome": outcome,
        "began_at": began or _instant(run.asked_at),
        "ended_at": ended,
        "minutes": round((ended - began).total_seconds() / 60, 1) if began and ended else None,
        "problems": run.problems,
    }


def _instant(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
