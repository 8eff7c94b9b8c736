"""The inbox: nothing dropped is lost, read twice, or read while it is still arriving."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from orchestration.collect import inbox, lake
from orchestration.collect.inbox import (
    PageResult,
    collect_bundled,
    collect_inbox,
    collect_pages,
    waiting_files,
)
from orchestration.collect.intake import LandedPages, Tables
from orchestration.collect.landing import iter_landed, land, read_landed
from orchestration.collect.replay import PARSERS
from orchestration.settings import Settings
from tests.unit.collect.pages import card, html_page, record, text_page

PAGE = text_page(card("One"), card("Two", None), card("Three", "tideAI tideAI|Oct 21 3"))


def drop(settings: Settings, name: str, content: str | bytes, age_seconds: float = 60) -> Path:
    settings.inbox.mkdir(parents=True, exist_ok=True)
    path = settings.inbox / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    changed = time.time() - age_seconds
    os.utime(path, (changed, changed))
    return path


def rows(settings: Settings, dataset: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = lake.scan(settings.lake, dataset).to_table().to_pylist()
    return found


def outcomes(results: list[PageResult]) -> list[tuple[str, str, str | None]]:
    return [(result.name, result.outcome, result.moved_to) for result in results]


def test_a_page_is_landed_read_and_moved(settings: Settings) -> None:
    path = drop(settings, "tides_2025-12-24.txt", PAGE)
    before = datetime.now(UTC)
    (result,) = collect_inbox(settings)
    assert result == PageResult(
        name="tides_2025-12-24.txt",
        outcome="read",
        papers=3,
        quarantined=0,
        landed_in=result.landed_in,
        moved_to="done/tides_2025-12-24.txt",
    )
    assert not path.exists()
    assert (settings.inbox / "done" / path.name).read_text() == PAGE
    envelope, body = read_landed(settings.landing / str(result.landed_in))
    assert (envelope["name"], body) == (path.name, PAGE.encode())
    assert envelope["key"] == hashlib.sha256(body).hexdigest()
    listings = rows(settings, "listings")
    assert sorted(row["title"] for row in listings) == ["One", "Three", "Two"]
    assert {row["landed_in"] for row in listings} == {result.landed_in}
    assert before <= listings[0]["observed_at"] <= datetime.now(UTC)
    (observation,) = rows(settings, "observations")
    assert (observation["papers"], observation["status"], observation["listing_kind"]) == (
        3,
        "partial",
        "search",
    )


def test_the_same_content_is_read_once_whatever_its_name(settings: Settings) -> None:
    drop(settings, "a.txt", PAGE, age_seconds=90)
    drop(settings, "b.txt", PAGE)
    assert outcomes(collect_inbox(settings)) == [
        ("a.txt", "read", "done/a.txt"),
        ("b.txt", "duplicate", "done/b.txt"),
    ]
    drop(settings, "a.txt", PAGE)
    (again,) = collect_inbox(settings)
    assert (again.outcome, again.moved_to) == ("duplicate", "done/a (2).txt")
    assert again.reason == "the same content was read as a.txt"
    assert len(rows(settings, "listings")) == 3
    assert len(list(iter_landed(settings.landing, "page"))) == 1
    assert collect_inbox(settings) == []


def test_a_page_whose_landed_bytes_are_damaged_is_landed_again(settings: Settings) -> None:
    drop(settings, "a.txt", text_page(card("Tides")))
    (first,) = collect_inbox(settings)
    landed = settings.landing / str(first.landed_in)
    whole = read_landed(landed)
    landed.write_bytes(b"bit rot")

    drop(settings, "b.txt", text_page(card("Tides")))
    (second,) = collect_inbox(settings)

    assert second.outcome == "duplicate"
    assert read_landed(landed)[1] == whole[1]
    assert len(rows(settings, "listings")) == 1


def test_a_page_that_its_parser_stumbles_over_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(pages: LandedPages) -> Tables:
        if pages[0][0].envelope["name"] == "odd.txt":
            raise OverflowError("what nobody thought of")
        return parse(pages)

    parse = PARSERS["page"]
    monkeypatch.setitem(PARSERS, "page", stumble)
    drop(settings, "odd.txt", text_page(card("Ebb")), age_seconds=90)
    drop(settings, "sound.txt", PAGE)

    odd, sound = collect_inbox(settings)

    assert (odd.outcome, odd.moved_to, sound.papers) == ("refused", "refused/odd.txt", 3)
    assert odd.reason == "odd.txt can't be read: OverflowError: what nobody thought of"


def test_other_files_are_refused_and_say_why(settings: Settings) -> None:
    drop(settings, "letter.txt", "Dear all,\n\nno page.\n")
    drop(settings, "page.txt", PAGE)
    drop(settings, "picture.png", b"\x89PNG\x00\xff")
    results = {result.name: result for result in collect_inbox(settings)}
    assert [results[n].outcome for n in ("letter.txt", "page.txt", "picture.png")] == [
        "refused",
        "read",
        "refused",
    ]
    refused = settings.inbox / "refused"
    assert (refused / "letter.txt").read_text() == "Dear all,\n\nno page.\n"
    reason = (refused / "letter.txt.reason.txt").read_text()
    assert reason == f"{results['letter.txt'].reason}\n"
    assert "no card was found" in reason
    quarantined = rows(settings, "quarantined_records")
    assert sorted((row["source"], row["place"], row["reason"]) for row in quarantined) == sorted(
        ("page", "$", str(results[name].reason)) for name in ("letter.txt", "picture.png")
    )
    drop(settings, "letter.txt", "Dear all,\n\nno page.\n")
    (again,) = collect_inbox(settings)
    assert (again.outcome, again.moved_to) == ("refused", "refused/letter (2).txt")
    assert len(rows(settings, "quarantined_records")) == 2


def test_hidden_files_folders_and_downloads_are_left_alone(settings: Settings) -> None:
    for name in (".hidden.txt", "page.txt.part", "page.crdownload", "page.txt~"):
        drop(settings, name, PAGE)
    (settings.inbox / "folder").mkdir()
    before = sorted(path.name for path in settings.inbox.iterdir())
    assert collect_inbox(settings) == []
    assert sorted(path.name for path in settings.inbox.iterdir()) == before
    assert waiting_files(settings) == []


def test_a_file_that_is_still_growing_waits_for_the_next_time(settings: Settings) -> None:
    growing = drop(settings, "growing.txt", PAGE[:200], age_seconds=0)
    settled = drop(settings, "settled.txt", PAGE + "\n", age_seconds=0)
    done = threading.Event()

    def write_on() -> None:
        with growing.open("a") as file:
            while not done.wait(0.02):
                file.write(" ")
                file.flush()

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        results = {each.name: each for each in collect_inbox(settings, settle_seconds=0.3)}
    finally:
        done.set()
        writer.join()
    assert results["growing.txt"].outcome == "waiting"
    assert growing.exists()
    assert results["settled.txt"].outcome == "read"
    assert not settled.exists()
    growing.write_text(PAGE)
    (finished,) = collect_inbox(settings, settle_seconds=0.3)
    assert (finished.name, finished.outcome) == ("growing.txt", "read")


def test_a_fresh_file_is_taken_at_once(settings: Settings) -> None:
    drop(settings, "fresh.txt", PAGE, age_seconds=0)
    drop(settings, "ahead.txt", PAGE + "\n", age_seconds=-3600)
    results = collect_inbox(settings, settle_seconds=0.1)
    assert sorted(result.outcome for result in results) == ["read", "read"]


def test_a_file_too_big_for_a_page_is_not_even_read(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "LARGEST_PAGE", 100)
    drop(settings, "big.txt", PAGE)
    (result,) = collect_inbox(settings)
    assert (result.outcome, result.landed_in) == ("refused", None)
    assert "a listing page has at most 100" in str(result.reason)
    assert (settings.inbox / "refused" / "big.txt").read_text() == PAGE


def test_odd_names_are_kept_as_they_are(settings: Settings) -> None:
    settings.inbox.mkdir(parents=True, exist_ok=True)
    names = [b"caf\xe9.txt", "Tide \n“one”.txt".encode(), b"x" * 251 + b".txt", b"no-ending"]
    for number, name in enumerate(names):
        path = settings.inbox / os.fsdecode(name)
        path.write_text(PAGE + "\n" * number)
        os.utime(path, (0, number))
    results = collect_inbox(settings)
    assert [result.outcome for result in results] == ["read"] * 4
    kept = {os.fsencode(path.name) for path in (settings.inbox / "done").iterdir()}
    assert kept == {*names[:2], b"x" * 150 + b".txt", names[3]}


def test_a_page_landed_by_a_killed_process_gets_into_the_lake_once(settings: Settings) -> None:
    drop(settings, "page.txt", PAGE)
    key = hashlib.sha256(PAGE.encode()).hexdigest()
    at = datetime(2026, 1, 2, tzinfo=UTC)
    landed = land(settings.landing, "page", key, at, 0, PAGE.encode(), name="page.txt")
    (result,) = collect_inbox(settings)
    assert (result.outcome, result.papers, result.landed_in) == ("read", 3, landed.path)
    assert {row["observed_at"] for row in rows(settings, "listings")} == {at}
    drop(settings, "page.txt", PAGE)
    assert [result.outcome for result in collect_inbox(settings)] == ["duplicate"]
    assert len(rows(settings, "listings")) == 3


def test_two_runs_at_once_read_each_page_once(settings: Settings) -> None:
    for number in range(12):
        drop(settings, f"{number}.txt", text_page(card(f"Paper {number}")))
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: collect_inbox(settings), range(4)))
    assert sorted(r.outcome for results in runs for r in results) == ["read"] * 12
    assert len(rows(settings, "listings")) == 12
    assert len(list((settings.inbox / "done").iterdir())) == 12


def test_an_html_day_is_a_day_of_its_own(settings: Settings) -> None:
    props = {"date": "2024-08-01", "dailyPapers": [record("2408.00001"), {"paper": {}}]}
    drop(settings, "day.html", html_page(props))
    (result,) = collect_inbox(settings)
    assert (result.outcome, result.papers, result.quarantined) == ("read", 1, 1)
    (observation,) = rows(settings, "observations")
    assert (observation["listing_kind"], str(observation["listing_date"])) == ("day", "2024-08-01")
    assert (observation["is_end_seen"], observation["quarantined"]) == (False, 1)


def test_the_bundled_page_is_read_once_and_is_older_than_any_dropped(settings: Settings) -> None:
    body = files("orchestration.collect").joinpath("bundled", inbox.BUNDLED).read_bytes()
    drop(
        settings, "full.txt", body.replace(b"ZeRO-Offload moves", b"The full page says ZeRO moves")
    )
    report = collect_pages(settings)
    assert report.metadata() == {
        "read": 2,
        "duplicate": 0,
        "refused": 0,
        "waiting": 0,
        "failed": 0,
        "papers": 90,
        "quarantined": 0,
    }
    assert report.lines()[0] == "page search_billion_scale.txt: read, 45 papers, 0 quarantined"
    assert collect_bundled(settings).outcome == "duplicate"
    listings = [row for row in rows(settings, "listings") if row["title"].startswith("ZeRO-Off")]
    newest = max(listings, key=lambda row: row["observed_at"])
    assert newest["abstract"].startswith("The full page says")
    assert min(row["observed_at"] for row in listings) == inbox.BUNDLED_SEEN_AT
