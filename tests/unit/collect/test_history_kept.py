"""What was imported is there once, whatever happens: full disks, bit rot, a replay, two at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orchestration.collect.history import import_history
from orchestration.collect.import_report import ImportReport
from orchestration.collect.intake import LandedPages, Tables
from orchestration.collect.landing import iter_landed
from orchestration.collect.replay import PARSERS, catch_up, replay
from orchestration.settings import Settings
from tests.unit.collect.hub_records import hub_record
from tests.unit.collect.recordings import CSV, line, query, write


def test_a_full_disk_says_nothing_of_a_file(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(_pages: LandedPages) -> Tables:
        raise OSError("no space left on device")

    with monkeypatch.context() as patched:
        patched.setitem(PARSERS, "history", break_off)
        with pytest.raises(OSError, match="no space"):
            import_history(settings, write(tmp_path / "upvotes.csv", CSV))

    assert catch_up(settings) == 1
    assert len(query(settings, "select * from upvote_history")) == 2


def test_two_imports_of_a_file_at_once_read_it_once(settings: Settings, tmp_path: Path) -> None:
    path = write(tmp_path / "upvotes.csv", CSV)

    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: import_history(settings, path), range(4)))

    assert sorted(report.counts for report in reports) == [0, 0, 0, 2]
    assert len(query(settings, "select * from upvote_history")) == 2


def test_a_damaged_landed_file_stops_no_import(settings: Settings, tmp_path: Path) -> None:
    lines = write(tmp_path / "r.jsonl", line("2024-06-03", "2024-06-03T17:00:00Z", hub_record()))
    counts = write(tmp_path / "upvotes.csv", CSV)
    for path in (lines, counts):
        import_history(settings, path)
    for place in list(iter_landed(settings.landing)):
        (settings.landing / place.path).write_bytes(b"bit rot")

    assert import_history(settings, lines).responses == 1
    assert import_history(settings, counts) == ImportReport(known=1)
    assert len(query(settings, "select * from upvote_history")) == 2
    # The damaged listing goes, the one that was imported in its place stays.
    replay(settings.model_copy(update={"accept_vanished": True}))
    assert len(query(settings, "select * from upvote_history")) == 2
    assert len(query(settings, "select * from listings")) == 1


def test_replay_brings_the_imports_back(settings: Settings, tmp_path: Path) -> None:
    write(tmp_path / "upvotes.csv", CSV + "bad\n")
    write(tmp_path / "r.jsonl", line("2024-06-03", "2024-06-03T17:00:00Z", hub_record()) + "\ncut")
    for name in ("upvotes.csv", "r.jsonl"):
        import_history(settings, tmp_path / name)

    report = replay(settings)

    assert report.rows == {
        "listings": 1,
        "observations": 1,
        "upvote_history": 2,
        "quarantined_records": 2,
    }
    assert import_history(settings, tmp_path / "upvotes.csv") == ImportReport(known=1)
