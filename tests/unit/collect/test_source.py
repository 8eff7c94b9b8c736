"""Made-up days stand in until the hub shows a real one, and are never mixed with those."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from orchestration.collect import lake
from orchestration.collect.days import collect_days
from orchestration.collect.reach import HubReach
from orchestration.collect.source import SourceError, collect_listings, has_real_days
from orchestration.demo.lake_writer import write_lake
from orchestration.settings import Settings, Source
from tests.fakes.faults import Faults
from tests.fakes.hub import FakeHub
from tests.fakes.listings import FixedListings
from tests.unit.collect.hub_records import hub_record
from tests.unit.collect.lakes import contents

DAY = date(2026, 2, 6)
NOW = datetime(2026, 2, 7, 12, tzinfo=UTC)


def ask(settings: Settings, listings: FixedListings, faults: Faults | None = None) -> str:
    with FakeHub(listings, now=NOW, faults=faults) as hub:
        asked = settings.model_copy(update={"hub_url": hub.url, "request_attempts": 1})
        return collect_days(asked, [DAY]).days[DAY].status


def test_a_proxys_page_is_no_real_day(settings: Settings) -> None:
    """Such as the login page of a network, which comes with status 200."""
    listings = FixedListings({DAY: [hub_record("1")]})
    assert ask(settings, listings, Faults(1.0, kinds=["html"])) == "partial"
    assert not has_real_days(settings)

    assert ask(settings, listings) == "complete"
    assert has_real_days(settings)
    with pytest.raises(SourceError, match="never mixed"):
        collect_listings(settings, HubReach(settings), [DAY])
    auto = settings.model_copy(update={"source": Source.AUTO})
    assert collect_listings(auto, HubReach(auto), [DAY]).source == "none"


def test_nothing_is_added_to_a_lake_that_was_written_with_its_truth(settings: Settings) -> None:
    write_lake(settings.home, 20, first_day=date(2026, 2, 2), last_day=DAY)
    before = contents(settings.lake)

    collected = collect_listings(settings, HubReach(settings), [DAY])

    assert (collected.source, collected.report.days) == ("demo", {})
    assert "written by orchestration.demo" in str(collected.warning)
    assert contents(settings.lake) == before


@pytest.mark.parametrize(
    ("status", "papers", "is_real"),
    [("partial", 2, True), ("empty", 0, True), ("partial", 0, False), ("failed", 0, False)],
)
def test_a_real_day_was_seen_to_have_papers_or_none(
    settings: Settings, status: str, papers: int, is_real: bool
) -> None:
    lake.prepare(settings.lake)
    facts = {"source": "hub", "listing_kind": "day", "listing_date": DAY, "observed_at": NOW}
    observation = {**facts, "status": status, "papers": papers}
    lake.write(settings.lake, "observations", lake.rows("observations", [observation]), "seen")

    assert has_real_days(settings) is is_real
