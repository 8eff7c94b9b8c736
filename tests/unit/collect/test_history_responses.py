"""Responses of the hub that others recorded land as if it had answered us, each once.

What does not belong here: what holds for any recorded file (``test_history_files.py``).
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from orchestration.collect.drift import tell_fields
from orchestration.collect.history import import_history
from orchestration.collect.import_report import ImportReport
from orchestration.collect.landing import iter_landed, land, read_landed
from orchestration.settings import Settings
from tests.unit.collect.hub_records import hub_record
from tests.unit.collect.recordings import CSV, line, query, write


@pytest.mark.parametrize("name", ["responses.jsonl", "responses.jsonl.xz"])
def test_recorded_responses_land_as_if_the_hub_had_answered(
    settings: Settings, tmp_path: Path, name: str
) -> None:
    lines = [
        line("2024-06-03", "2024-06-03T17:07:21+00:00", hub_record("1"), hub_record("2")),
        line("2024-06-03", "2024-06-04T17:07:21+00:00", hub_record("1", upvotes=9)),
        line("2024-06-01", "2024-06-01T17:07:21+00:00"),
        line("not a day", "2024-06-04T17:07:21+00:00"),
        "cut",
    ]
    path = write(tmp_path / name, "\n".join(lines))

    report = import_history(settings, path)

    assert (report.responses, report.papers, report.quarantined) == (3, 3, 2)
    assert query(
        settings,
        "select listing_date, source, status, papers from observations order by all",
    ) == [
        (date(2024, 6, 1), "hub", "empty", 0),
        (date(2024, 6, 3), "hub", "complete", 1),
        (date(2024, 6, 3), "hub", "complete", 2),
    ]
    assert query(settings, "select place from quarantined_records order by 1") == [
        ("line 4",),
        ("line 5",),
    ]
    assert import_history(settings, path) == ImportReport(known=5)
    assert len(query(settings, "select * from listings")) == 3
    assert len(query(settings, "select * from quarantined_records")) == 2


def test_a_key_that_no_file_can_hold_is_refused_like_any_other(
    settings: Settings, tmp_path: Path
) -> None:
    path = write(tmp_path / "2024-06-12.json", '{"\\ud800": [1], "more": 2}')

    assert import_history(settings, path).quarantined == 1
    ((place,),) = query(settings, "select place from quarantined_records")
    assert place == "$.?[0]"


def test_a_file_that_ends_too_early_is_read_as_far_as_it_goes(
    settings: Settings, tmp_path: Path
) -> None:
    lines = [
        line("2024-06-03", f"2024-06-03T{hour:02}:00:00Z", hub_record(f"{hour}"))
        for hour in range(24)
    ]
    folder = tmp_path / "recorded"
    folder.mkdir()
    path = write(folder / "responses.jsonl.xz", "\n".join(lines))
    path.write_bytes(path.read_bytes()[:-60])
    write(folder / "upvotes.csv", CSV)

    report = import_history(settings, folder)

    assert (report.counts, report.quarantined) == (2, 1)
    ((place, reason),) = query(settings, "select place, reason from quarantined_records")
    assert place == f"after line {report.responses}"
    assert reason.startswith("the file ends too early")
    assert import_history(settings, folder).quarantined == 0


def test_response_files_take_their_times_from_their_names_or_content(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "recorded"
    folder.mkdir()
    body = json.dumps([hub_record("1")]).encode()
    write(folder / "2024-06-12__observed_20240612T170641Z.json", body)
    write(folder / "daily_papers_2024-03-12.json", body.replace(b"2026-02-03", b"2024-03-12"))
    write(folder / "daily_papers_2024-03-21.json", body.replace(b"2026-02-03", b"2024-03-22"))
    write(folder / "paper.json", body)
    write(folder / "notes.txt", "x")

    report = import_history(settings, folder)

    assert report.responses == 3
    assert set(report.skipped) == {"paper.json", "notes.txt"}
    places = {place.key: place for place in iter_landed(settings.landing, "hub")}
    seen = {day: place.observed_at for day, place in places.items()}
    assert seen == {
        "2024-06-12": datetime(2024, 6, 12, 17, 6, 41, tzinfo=UTC),
        "2024-03-12": datetime(2024, 3, 12, 23, 59, 59, 999999, tzinfo=UTC),
        "2024-03-21": datetime(2024, 3, 22, 4, 5, 6, 789000, tzinfo=UTC),
    }
    inferred = {
        day: read_landed(settings.landing / place.path)[0]["recorded"]["is_observed_at_inferred"]
        for day, place in places.items()
    }
    assert inferred == {"2024-06-12": False, "2024-03-12": True, "2024-03-21": True}
    assert read_landed(settings.landing / places["2024-06-12"].path)[1] == body


def test_two_recordings_of_one_second_are_both_kept_unless_they_say_the_same(
    settings: Settings, tmp_path: Path
) -> None:
    """A broken script's strings must not hide the good recording of the same answer."""
    name = "2024-06-12__observed_20240612T170641Z.json"
    strings = write(tmp_path / name, json.dumps([str(hub_record("1"))]))
    good = write(
        tmp_path / "good.jsonl", line("2024-06-12", "2024-06-12T17:06:41Z", hub_record("1"))
    )
    (tmp_path / "spaced").mkdir()
    spaced = write(tmp_path / "spaced" / name, json.dumps([hub_record("1")], indent=4))

    reports = [import_history(settings, path) for path in (strings, good, spaced, strings, good)]

    assert [report.responses for report in reports] == [1, 1, 0, 0, 0]
    assert len(query(settings, "select * from listings")) == 1
    assert len(query(settings, "select * from quarantined_records")) == 1


def test_a_recording_is_compared_with_every_page_of_its_second(
    settings: Settings, tmp_path: Path
) -> None:
    at = datetime(2024, 6, 3, 17, tzinfo=UTC)
    bodies = [json.dumps([hub_record(each)]).encode() for each in "12"]
    for number, body in enumerate(bodies):
        land(settings.landing, "hub", "2024-06-03", at, number, body)
    path = write(tmp_path / "r.jsonl", line("2024-06-03", "2024-06-03T17:00:00Z", hub_record("1")))

    assert import_history(settings, path) == ImportReport(known=1)


def test_an_unknown_field_is_told_whatever_brought_it_in(
    settings: Settings, tmp_path: Path
) -> None:
    item = hub_record("1", tideLevel=3)
    path = write(tmp_path / "r.jsonl", line("2024-06-03", "2024-06-03T17:00:00Z", item))
    import_history(settings, path)

    assert tell_fields(settings.lake) == ["paper.tideLevel"]
