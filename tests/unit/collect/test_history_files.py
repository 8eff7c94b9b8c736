"""Which recorded files an import reads, whatever they are called, and what it says of others.

What does not belong here: what is in them (``test_history_counts.py``, ``_responses.py``).
"""

from __future__ import annotations

import json
import lzma
import os
from pathlib import Path

import dagster as dg
import pytest

from orchestration.collect.history import import_history
from orchestration.collect.import_report import ImportReport
from orchestration.collect.intake import LandedPages, Tables
from orchestration.collect.landing import unread
from orchestration.collect.replay import PARSERS
from orchestration.defs.lake import recorded_history
from orchestration.settings import PROJECT_ROOT, Settings
from tests.unit.collect.hub_records import hub_record
from tests.unit.collect.recordings import CSV, line, query, write

RECORDED = Path(os.environ.get("PAPERTIDE_RECORDED", PROJECT_ROOT / "../shared/data")) / "hub_api"


def test_hidden_files_and_the_data_folder_are_passed_over(
    settings: Settings, tmp_path: Path
) -> None:
    for place in ("counts.csv", ".venv/counts.csv", "home/inbox/counts.csv", "more/counts.csv"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        write(tmp_path / place, CSV.replace("2302.", f"23{len(place):02}."))
    read: list[str] = []

    assert import_history(settings, tmp_path, progress=read.append).counts == 4
    assert read == ["counts.csv"] * 2
    # Whoever names a file of the data folder means it.
    assert import_history(settings, settings.inbox).counts == 2


def test_a_file_that_its_parser_stumbles_over_stops_no_other(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(pages: LandedPages) -> Tables:
        if pages[0][0].envelope["name"] == "odd.csv":
            raise OverflowError("what nobody thought of")
        return parse(pages)

    parse = PARSERS["history"]
    monkeypatch.setitem(PARSERS, "history", stumble)
    write(tmp_path / "odd.csv", CSV)
    write(tmp_path / "sound.csv", CSV.replace("rss", "atom"))

    report = import_history(settings, tmp_path)

    assert (report.counts, report.quarantined, unread(settings.landing)) == (2, 1, [])
    ((reason,),) = query(settings, "select reason from quarantined_records")
    assert reason == "odd.csv can't be read: OverflowError: what nobody thought of"


@pytest.mark.parametrize("name", ["Counts.CSV", "Counts.CSV.XZ", "R.JSONL", "2024-06-03.Json"])
def test_the_case_of_a_suffix_means_nothing(settings: Settings, tmp_path: Path, name: str) -> None:
    recorded = line("2024-06-03", "2024-06-03T17:00:00Z", hub_record())
    contents = {"c": CSV, "r": recorded, "2": json.dumps([hub_record()])}
    path = write(tmp_path / name, contents[name[0].lower()])

    assert import_history(settings, path).read == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("counts.tsv", CSV, "counts.tsv: not .json, .jsonl, .csv or .parquet"),
        ("day.json", "[]", "day.json: no listing date in its name"),
        ("counts.csv", CSV.replace("observed_at_utc", "seen"), "counts.csv: no column observed_at"),
        ("2024-06-03.json", "<html>", "2024-06-03.json: not JSON"),
        (".hidden.csv", CSV, "there is no file in it"),
    ],
)
def test_an_import_of_nothing_fails_and_says_why(
    settings: Settings, tmp_path: Path, name: str, content: str, words: str
) -> None:
    folder = tmp_path / "recorded"
    folder.mkdir()
    write(folder / name, content)
    config = {"recorded_history": {"config": {"path": str(folder)}}}

    with pytest.raises(dg.Failure, match="nothing could be imported") as failure:
        dg.materialize(
            [recorded_history], resources={"settings": settings}, run_config={"ops": config}
        )
    assert words in str(failure.value.description)

    # Beside a file that can be read it is only told.
    write(folder / "sound.csv", CSV)
    assert import_history(settings, folder).counts == 2


def test_of_many_files_the_first_are_named() -> None:
    report = ImportReport(skipped={f"{number}.txt": "unknown" for number in range(30)})

    assert len(report.lines()) == 1 + 20 + 1
    assert report.lines()[-1] == "and 10 more files"


def test_a_name_that_is_no_utf_8_stops_no_import(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "recorded"
    folder.mkdir()
    recorded = line("2024-06-03", "2024-06-03T17:00:00Z", hub_record()) + "\ncut"
    for ending, content in ((".csv", CSV), (".jsonl", recorded), (".txt", "")):
        write(folder / os.fsdecode(b"caf\xe9" + ending.encode()), content)
    told: list[str] = []

    report = import_history(settings, folder, progress=told.append)

    assert told == ["caf\ufffd.csv", "caf\ufffd.jsonl", "caf\ufffd.txt"]
    assert (report.counts, report.responses, report.quarantined) == (2, 1, 1)
    assert [*report.skipped, *report.refused] == ["caf\ufffd.txt", "caf\ufffd.jsonl"]


@pytest.mark.skipif(not RECORDED.exists(), reason=f"no recorded data in {RECORDED}")
def test_the_recorded_files_are_read_or_refused_to_the_last_record(settings: Settings) -> None:
    folder = RECORDED / "reobserved"
    good = strings = 0
    for path in folder.glob("*.json"):
        content = json.loads(path.read_bytes())
        items = content["data"] if isinstance(content, dict) else content
        good += sum(isinstance(item, dict) for item in items)
        strings += sum(isinstance(item, str) for item in items)
    counts = RECORDED / "observations_2024-03_2026-03.csv.xz"
    rows = len(lzma.decompress(counts.read_bytes()).splitlines()) - 1

    report = import_history(settings, folder)

    assert strings > 200
    assert (report.papers, report.quarantined) == (good, strings)
    assert import_history(settings, RECORDED / "2024_shape").papers > 90
    assert import_history(settings, counts).counts == rows
