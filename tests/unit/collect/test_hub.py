"""The hub client against a real server: pages, retries, politeness, and what it will not do."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from orchestration.collect.hub import HubClient, LongPauseError, RefusedError, TransientError
from orchestration.collect.pace import Pace
from orchestration.collect.reach import HubReach
from orchestration.settings import Settings
from tests.fakes.faults import Faults
from tests.fakes.hub import FakeHub
from tests.fakes.listings import FixedListings
from tests.unit.collect.hub_records import hub_record

DAY = date(2026, 2, 3)
NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)


def listings(papers: int) -> FixedListings:
    return FixedListings({DAY: [hub_record(f"2602.{number:05}") for number in range(papers)]})


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with FakeHub(listings(130), now=NOW) as server:
        yield server


def client_of(hub: FakeHub, **options: Any) -> HubClient:
    settings: dict[str, Any] = {"timeout_seconds": 10, "backoff_seconds": 0.01, **options}
    return HubClient(hub.url, **settings)


def test_pages_of_100_until_no_next_link_over_one_connection(hub: FakeHub) -> None:
    with client_of(hub) as client:
        pages = list(client.listing_pages(DAY))

    assert [page.items for page in pages] == [100, 30]
    assert [page.next_url is None for page in pages] == [False, True]
    assert hub.connections == 1
    assert hub.headers[0]["User-Agent"].startswith("papertide/")
    assert "Authorization" not in hub.headers[0]


@pytest.mark.parametrize("papers", [0, 1, 51, 99])
def test_a_short_first_page_is_the_only_request(papers: int) -> None:
    with FakeHub(listings(papers), now=NOW) as hub, client_of(hub) as client:
        assert [page.items for page in client.listing_pages(DAY)] == [papers]
        assert len(hub.requests) == 1


@pytest.mark.parametrize("papers", [50, 100])
def test_a_full_last_page_is_asked_past_since_a_link_can_get_lost(papers: int) -> None:
    """Also a page of 50: what a hub gives that overhears how many we want."""
    with FakeHub(listings(papers), now=NOW) as hub, client_of(hub) as client:
        assert [page.items for page in client.listing_pages(DAY)] == [papers, 0]


@pytest.mark.parametrize(
    "fault",
    ["429", "429-retry-after", "500", "503", "cut", "cut-json", "html", "empty", "drop", "hang"],
)
def test_what_may_pass_is_tried_again(fault: str) -> None:
    faults = Faults(script=[fault, "ok", fault, fault, "ok"], hang_seconds=10)
    patience = 1 if fault == "hang" else 10
    with (
        FakeHub(listings(130), now=NOW, faults=faults) as hub,
        client_of(hub, timeout_seconds=patience) as client,
    ):
        assert [page.items for page in client.listing_pages(DAY)] == [100, 30]
        assert client.traffic.requests == 5
        assert client.traffic.retries == 3
        assert client.traffic.throttled == (3 if fault.startswith("429") else 0)


def test_the_tries_end(hub: FakeHub) -> None:
    hub.faults = Faults(1.0, kinds=["html"])
    with client_of(hub, attempts=3) as client:
        with pytest.raises(TransientError, match="not whole JSON") as raised:
            client.get_json("/api/daily_papers")
        assert len(hub.requests) == 3
    assert raised.value.answer
    assert b"Back soon" in raised.value.answer.body


def test_what_will_not_pass_is_asked_once(hub: FakeHub) -> None:
    with client_of(hub) as client:
        with pytest.raises(RefusedError, match="400") as raised:
            list(client.listing_pages(NOW.date() + timedelta(days=1)))
        assert raised.value.status == 400
        with pytest.raises(RefusedError, match="404"):
            client.get_json("/api/papers/9999.99999")
    assert len(hub.requests) == 2


def test_retry_after_holds_every_thread_back(hub: FakeHub) -> None:
    hub.faults = Faults(script=["429-retry-after"], retry_after=1)
    with client_of(hub) as client:
        started = time.monotonic()
        client.get_json("/api/daily_papers", {"date": str(DAY)})

    assert time.monotonic() - started >= 1


def test_a_wait_of_hours_is_a_failure_that_says_so(hub: FakeHub) -> None:
    hub.faults = Faults(script=["503-retry-after"], retry_after=7200)
    with client_of(hub) as client:
        with pytest.raises(LongPauseError, match="asks to wait 7200 s"):
            client.get_json("/api/daily_papers", {"date": str(DAY)})
        with pytest.raises(LongPauseError, match="not asked: the hub wants no request for 7"):
            client.get_json("/api/daily_papers", {"date": str(DAY)})
    assert len(hub.requests) == 1


def test_clients_of_one_pace_keep_the_limit_together() -> None:
    pace = Pace(450)
    with (
        FakeHub(listings(1), now=NOW, rate_limit=5, window_seconds=1) as hub,
        client_of(hub, pace=pace) as one,
        client_of(hub, pace=pace) as other,
    ):
        for client in [one, other] * 6:
            client.get_json("/api/daily_papers", {"date": str(DAY)})
        assert hub.statuses == {200: 12}


def test_the_limit_told_by_the_hub_is_kept_without_a_single_429() -> None:
    with (
        FakeHub(listings(1), now=NOW, rate_limit=5, window_seconds=1) as hub,
        client_of(hub) as client,
    ):
        for _ in range(12):
            client.get_json("/api/daily_papers", {"date": str(DAY)})

        assert client.traffic.throttled == 0
        assert hub.statuses == {200: 12}


def test_a_next_link_that_leads_back_ends_the_pages(hub: FakeHub) -> None:
    hub.faults = Faults(script=["ok", "loop"])
    with client_of(hub) as client:
        pages = list(client.listing_pages(DAY))

    assert [page.items for page in pages] == [100, 30]
    assert pages[-1].next_url == pages[-1].url


def test_the_token_goes_to_the_hub_and_nowhere_else(hub: FakeHub) -> None:
    with HubClient(hub.url, token="t0ken") as client, FakeHub(listings(1), now=NOW) as other:
        client.get_json("/api/daily_papers", {"date": str(DAY)})
        with pytest.raises(RefusedError, match="not an address of"):
            client.get_json(f"{other.url}/api/daily_papers?date={DAY}")

    assert hub.headers[0]["Authorization"] == "Bearer t0ken"
    assert other.requests == []


def test_the_hubs_clock_is_taken_when_ours_is_off(hub: FakeHub) -> None:
    with client_of(hub) as client:
        client.get_json("/api/daily_papers", {"date": str(DAY)})
        assert abs(client.now() - NOW) < timedelta(seconds=3)
    with FakeHub(listings(1)) as on_time, client_of(on_time) as client:
        client.get_json("/api/daily_papers", {"date": str(DAY)})
        assert abs(client.now() - datetime.now(UTC)) < timedelta(milliseconds=100)


def test_reachable_or_not(hub: FakeHub, tmp_path: object) -> None:
    settings = Settings(hub_url=hub.url, home="/nowhere")  # type: ignore[arg-type, call-arg]
    nobody = httpx.URL(hub.url).copy_with(port=9)

    reach = HubReach(settings)
    assert reach.is_there
    assert reach.is_there
    assert hub.looks == 1
    assert not HubReach(settings.model_copy(update={"hub_url": str(nobody)})).is_there
