"""The fake hub keeps the hub's contract, and its faults are what they say."""

from __future__ import annotations

import json
import lzma
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from orchestration.demo.generator import DemoHub
from tests.fakes.faults import TRANSIENT, Faults
from tests.fakes.hub import FakeHub
from tests.fakes.listings import FixedListings

NOW = datetime(2026, 9, 18, 12, tzinfo=UTC)
DAY = date(2026, 9, 16)


def _records(count: int) -> list[dict[str, object]]:
    return [
        {"paper": {"id": f"2609.{90000 + n}", "title": f"Tide {n}", "upvotes": count - n}}
        for n in range(count)
    ]


def test_a_day_is_given_in_pages_that_name_the_next() -> None:
    with FakeHub(FixedListings({DAY: _records(120)}), now=NOW) as hub, httpx.Client() as client:
        first = client.get(f"{hub.url}/api/daily_papers?date={DAY}")
        assert len(first.json()) == 50
        rows, url = [], f"{hub.url}/api/daily_papers?date={DAY}&limit=100"
        while url:
            response = client.get(url)
            rows += response.json()
            url = response.links.get("next", {}).get("url", "")
        assert rows == _records(120)
        assert hub.connections == 1
        assert hub.statuses == Counter({200: 3})


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("date=2026-09-16&limit=100", 200),
        ("date=2026-09-16&limit=101", 400),
        ("date=2026-09-19", 400),
        ("date=yesterday", 400),
        ("date=2026-09-16&limit=many", 400),
    ],
)
def test_bad_questions_are_refused_with_an_error(query: str, status: int) -> None:
    with FakeHub(FixedListings({DAY: _records(1)}), now=NOW) as hub:
        response = httpx.get(f"{hub.url}/api/daily_papers?{query}")
    assert response.status_code == status
    assert (status == 400) == ("error" in response.json())


def test_weeks_and_months_gather_days_and_a_weekend_is_empty() -> None:
    listings = FixedListings({DAY: _records(3), date(2026, 9, 1): _records(2)})
    with FakeHub(listings, now=NOW) as hub:
        counts = [
            len(httpx.get(f"{hub.url}/api/daily_papers?{cut}").json())
            for cut in ("week=2026-W38", "month=2026-09", "date=2026-09-12")
        ]
    assert counts == [3, 3, 0]


def test_details_and_searches_find_a_made_up_paper() -> None:
    listed = DemoHub().records(DAY, NOW)[0]
    paper_id = listed["paper"]["id"]
    title = " ".join(listed["paper"]["title"].split()[:3])
    with FakeHub(now=NOW) as hub:
        detail = httpx.get(f"{hub.url}/api/papers/{paper_id}").json()
        found = httpx.get(f"{hub.url}/api/papers/search", params={"q": title}).json()
        unknown = httpx.get(f"{hub.url}/api/papers/2609.00001")
    assert detail.items() >= listed["paper"].items()
    assert detail["numTotalModels"] == len(detail["linkedModels"])
    assert paper_id in {each["paper"]["id"] for each in found}
    assert not any("submittedBy" in each for each in found)
    assert unknown.status_code == 404


def test_calls_past_the_rate_limit_are_refused_and_told() -> None:
    with FakeHub(FixedListings({}), now=NOW, rate_limit=2) as hub:
        answers = [httpx.get(f"{hub.url}/api/daily_papers?date={DAY}") for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert [each.headers["RateLimit"].split(";")[1] for each in answers] == ["r=1", "r=0", "r=0"]
    assert answers[0].headers["RateLimit-Policy"] == '"fixed window";"api";q=2;w=300'


def test_the_hub_tells_its_own_time() -> None:
    with FakeHub(FixedListings({}), now=NOW) as hub:
        response = httpx.head(hub.url)
    assert (response.status_code, response.headers["Date"]) == (
        200,
        "Fri, 18 Sep 2026 12:00:00 GMT",
    )


def test_a_token_is_asked_for() -> None:
    with FakeHub(FixedListings({DAY: []}), now=NOW, token="tide") as hub:
        url = f"{hub.url}/api/daily_papers?date={DAY}"
        assert httpx.get(url).status_code == 401
        assert httpx.get(url, headers={"Authorization": "Bearer tide"}).json() == []


def _outcome(client: httpx.Client, url: str) -> str:
    try:
        response = client.get(url)
    except httpx.HTTPError as error:
        return type(error).__name__
    if response.status_code != 200:
        return f"{response.status_code} {response.headers.get('Retry-After')}"
    try:
        return f"{len(response.json())} rows"
    except json.JSONDecodeError:
        return response.headers["Content-Type"].split(";")[0] + f" {len(response.content) > 0}"


def test_each_fault_is_what_it_says_and_a_script_is_followed() -> None:
    faults = Faults(script=[*TRANSIENT, "ok"], retry_after=7, hang_seconds=0.05)
    with (
        FakeHub(FixedListings({DAY: _records(5)}), now=NOW, faults=faults) as hub,
        httpx.Client() as client,
    ):
        url = f"{hub.url}/api/daily_papers?date={DAY}"
        outcomes = [_outcome(client, url) for _ in range(len(TRANSIENT) + 1)]
    assert dict(zip([*TRANSIENT, "ok"], outcomes, strict=True)) == {
        "429": "429 None",
        "429-retry-after": "429 7",
        "500": "500 None",
        "503": "503 None",
        "503-retry-after": "503 7",
        "cut": "RemoteProtocolError",
        "cut-json": "application/json True",
        "html": "text/html True",
        "empty": "application/json False",
        "drop": "RemoteProtocolError",
        "hang": "RemoteProtocolError",
        "ok": "5 rows",
    }


def test_lasting_faults_loop_and_repeat() -> None:
    faults = Faults(script=["loop", "repeat"])
    with FakeHub(FixedListings({DAY: _records(120)}), now=NOW, faults=faults) as hub:
        url = f"{hub.url}/api/daily_papers?date={DAY}&limit=100&p=1"
        looping, repeating = httpx.get(url), httpx.get(url)
    assert httpx.URL(looping.links["next"]["url"]).params["p"] == "1"
    assert [each["paper"]["id"] for each in repeating.json()[:4]] == [
        f"2609.{90000 + n}" for n in (97, 98, 99, 100)
    ]


def test_faults_repeat_by_seed_and_unknown_ones_are_refused() -> None:
    chosen = [[Faults(0.3, seed=seed).choose(f"/{n}") for n in range(300)] for seed in (1, 1, 2)]
    assert chosen[0] == chosen[1] != chosen[2]
    assert 60 < sum(each != "ok" for each in chosen[0]) < 120
    with pytest.raises(ValueError, match="flood"):
        Faults(kinds=["flood"])


def test_recorded_responses_are_served_as_recorded(tmp_path: Path) -> None:
    path = tmp_path / "recorded.jsonl.xz"
    body = _records(2)
    with lzma.open(path, "wt") as lines:
        lines.write(json.dumps({"listing_date": str(DAY), "observed_at": "x", "body": body}) + "\n")
    listings = FixedListings.from_file(path)
    assert listings.records(DAY, NOW) == body
    assert list(listings.days(NOW.date())) == [DAY]
