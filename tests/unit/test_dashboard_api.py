"""The read API on a really built version, and the queries' own corners."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import api
from dashboard.data import listings, warehouse
from dashboard.data.warehouse import Warehouse, as_text
from orchestration.settings import Settings, load_settings
from tests.fakes.warehouse import HOSTILE_ID, HOSTILE_TITLE, NEWEST_DAY, copy_of, publish_changed


@pytest.fixture
def client(demo_home: Settings, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("PAPERTIDE_HOME", str(demo_home.home))
    load_settings.cache_clear()
    return TestClient(Starlette(routes=api.ROUTES))


def test_one_paper_as_json_and_bibtex(client: TestClient) -> None:
    given = client.get(f"/api/papers/{HOSTILE_ID}").json()
    assert given["paper"]["title"] == HOSTILE_TITLE
    assert given["paper"]["first_listed_on"] == NEWEST_DAY.isoformat()
    assert given["version"]
    assert client.get(f"/api/papers/{HOSTILE_ID}v2").json() == given
    entry = client.get(f"/api/papers/{HOSTILE_ID}?format=bibtex")
    assert entry.text.startswith("@misc{")
    assert entry.headers["content-type"].startswith("application/x-bibtex")


def test_unknown_papers_and_wrong_parameters_are_told(client: TestClient) -> None:
    for address in ("/api/papers/9999.99999", "/api/nothing", "/api/", "/api/trending/x"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert answer.json()["error"]
    for address in (
        f"/api/papers/{HOSTILE_ID}?format=xml",
        "/api/trending?period=decade",
        "/api/trending?limit=101",
        "/api/trending?limit=0",
        "/api/topics/rising?limit=-1",
        "/api/topics/rising?limit=1e9",
        f"/api/topics/rising?limit={'9' * 5000}",
        f"/api/search?page={'9' * 5000}",
        "/api/search?page=",
        "/api/search?page=%C2%B2",
        "/api/search?q=%22open",
        "/api/search?order=random",
        "/api/search?page=501",
    ):
        answer = client.get(address)
        assert answer.status_code == 400, address
        assert answer.json()["error"]


def test_trending_is_ordered_and_limited(client: TestClient) -> None:
    given = client.get("/api/trending?period=month&limit=7").json()
    scores = [paper["score"] for paper in given["papers"]]
    assert len(scores) == 7
    assert scores == sorted(scores, reverse=True)
    assert given["first"] == "2026-11-01"


def test_search_has_the_search_pages_answer(client: TestClient) -> None:
    given = client.get("/api/search?q=vila").json()
    assert [paper["paper_id"] for paper in given["papers"]] == [HOSTILE_ID]
    assert given["matches"] == 1


def test_without_a_version_the_api_says_so() -> None:
    client = TestClient(Starlette(routes=api.ROUTES))
    assert client.get("/api/trending").status_code == 503


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("day", date(2026, 11, 20), date(2026, 11, 20)),
        ("week", date(2026, 11, 16), date(2026, 11, 22)),
        ("month", date(2026, 11, 1), date(2026, 11, 30)),
    ],
)
def test_period_bounds(period: str, first: date, last: date) -> None:
    assert listings.period_bounds(period, date(2026, 11, 20)) == (first, last)
    assert listings.period_bounds("month", date(2026, 12, 31))[1] == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("seen", "gained"),
    [
        ({0: 100, 24: 130}, 30),
        ({0: 100, 12: 120, 42: 150}, 24),  # 24 h before the last one 126 lay on the line
        ({0: 100, 6: 130, 12: 140}, 40),  # at least
        ({0: 100, 48: 180}, None),
        ({0: 100, 48: 180, 50: 190}, None),
        ({0: 100}, None),
        ({0: 120, 30: 100}, -16),
    ],
)
def test_gain_is_what_came_in_the_last_24_hours(
    demo_home: Settings, tmp_path: Path, seen: dict[int, int], gained: int | None
) -> None:
    home = copy_of(demo_home, tmp_path / "home")
    rows = ", ".join(
        f"(timestamp '2026-11-20' + interval {hour} hour, {votes})" for hour, votes in seen.items()
    )
    change = f"""
        create temp table seen as
        select one.* replace (seen.observed_at as observed_at, seen.upvotes as upvotes)
        from (from paper_observations where paper_id = '{HOSTILE_ID}' limit 1) as one,
            (values {rows}) as seen (observed_at, upvotes);
        delete from paper_observations where paper_id = '{HOSTILE_ID}';
        insert into paper_observations from seen
    """
    publish_changed(home, "29990101T000000Z", change)
    house = Warehouse(home.link.resolve())
    for order in ("score", "gained"):
        shown = listings.listing(house, NEWEST_DAY, NEWEST_DAY, order, listings.Filters()).rows
        (row,) = (row for row in shown if row["paper_id"] == HOSTILE_ID)
        assert row["gained"] == gained
        assert row["curve"] == list(seen.values())


def test_shown_sql_gives_the_same_rows(demo_home: Settings) -> None:
    house = Warehouse(demo_home.link.resolve())
    filters = listings.Filters(topic="it's", organization="evil-org", has_code=False)
    shown = listings.listing(house, NEWEST_DAY, NEWEST_DAY, "score", filters)
    assert house.run(shown.sql).rows == shown.rows
    assert "it''s" in shown.sql


def test_literals_are_quoted() -> None:
    text = as_text(
        "select $a, $b, $c, $d, $e_1",
        {"a": "x'; drop", "b": None, "c": ("y",), "d": True, "e_1": 1.5},
    )
    assert text == "select 'x''; drop', null, ['y'], true, 1.5"


def test_a_link_swapped_leads_to_the_new_version(
    demo_home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERTIDE_HOME", str(demo_home.home))
    load_settings.cache_clear()
    assert warehouse.current().path == demo_home.link.resolve()
    assert warehouse.current().version == demo_home.link.resolve().stem.removeprefix("papers-")
