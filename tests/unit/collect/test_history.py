"""History that others recorded: read once, however often and in whatever form it is given."""

from __future__ import annotations

import json
import lzma
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.collect.drift import tell_fields
from orchestration.collect.history import import_history
from orchestration.collect.import_report import ImportReport
from orchestration.collect.intake import LandedPages, Tables
from orchestration.collect.landing import iter_landed, land, read_landed, unread
from orchestration.collect.replay import PARSERS, catch_up, replay
from orchestration.defs.lake import recorded_history
from orchestration.settings import PROJECT_ROOT, Settings
from tests.unit.collect.hub_records import hub_record

RECORDED = Path(os.environ.get("PAPERTIDE_RECORDED", PROJECT_ROOT / "../shared/data")) / "hub_api"
CSV = """source,observed_at_utc,basis,paper_id,upvotes,num_comments,github_stars
rss,2024-11-11T00:00:00+00:00,about,2302.06555,9,,
rss,2024-11-11T05:00:00+05:00,about,2302.06555,9,,
rss,2024-11-12T00:00:00,about,0230.10000,0,1,2
"""


def write(path: Path, content: str | bytes) -> Path:
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(lzma.compress(data) if path.suffix.lower() == ".xz" else data)
    return path


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    for dataset in ("listings", "observations", "upvote_history", "quarantined_records"):
        files = f"read_parquet('{settings.lake}/{dataset}/**/*.parquet', hive_partitioning=false)"
        sql = sql.replace(f"from {dataset}", f"from {files}")
    return duckdb.sql(f"set timezone = 'UTC'; {sql}").fetchall()


def line(day: str, at: str, *items: Any) -> str:
    return json.dumps({"listing_date": day, "observed_at": at, "body": items})


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


@pytest.mark.parametrize("name", ["upvotes.csv", "upvotes.csv.xz", "upvotes.parquet"])
def test_counts_of_upvotes(settings: Settings, tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, CSV)
    if name.endswith(".parquet"):
        rows = [
            dict(zip(CSV.split()[0].split(","), r.split(","), strict=True)) for r in CSV.split()[1:]
        ]
        pq.write_table(pa.Table.from_pylist(rows), path)

    report = import_history(settings, path)

    assert (report.counts, report.quarantined) == (2, 0)
    assert query(
        settings,
        "select paper_id, epoch(observed_at), upvotes, github_stars, source"
        " from upvote_history order by 1",
    ) == [
        ("0230.10000", datetime(2024, 11, 12, tzinfo=UTC).timestamp(), 0, 2, "rss"),
        ("2302.06555", datetime(2024, 11, 11, tzinfo=UTC).timestamp(), 9, None, "rss"),
    ]
    assert import_history(settings, path) == ImportReport(known=1)
    assert len(query(settings, "select * from upvote_history")) == 2


def test_bad_rows_go_to_quarantine_with_their_place(settings: Settings, tmp_path: Path) -> None:
    bad = [
        "rss,yesterday,x,1,9,,",
        "rss,2024-11-11,x,,9,,",
        "rss,2024-11-11T00:00:00Z,x,1,many,,",
        "rss,2024-11-11T00:00:00Z,x,1,-4,,",
        "rss,2024-11-11T00:00:00Z,x,1,,,",
        "rss",
        "rss,2024-11-11T00:00:00Z,x,1,1,234,,,",
    ]

    report = import_history(settings, write(tmp_path / "upvotes.csv", CSV + "\n".join(bad) + "\n"))

    assert (report.counts, report.quarantined) == (2, len(bad))
    places = query(settings, "select place from quarantined_records order by 1")
    assert set(places) == {(f"row {number}",) for number in range(4, 11)}


@pytest.mark.parametrize("content", [b"PAR1 broken", b"\xff\xfe", b"a,b\n1,2\n", b""])
def test_a_file_of_no_counts_is_refused_whole(
    settings: Settings, tmp_path: Path, content: bytes
) -> None:
    report = import_history(settings, write(tmp_path / "upvotes.csv", content))

    assert (report.counts, report.quarantined) == (0, 1)
    ((reason,),) = query(settings, "select reason from quarantined_records")
    assert "neither CSV nor Parquet" in reason or "no column" in reason


def test_a_time_that_python_has_no_date_for_takes_only_its_row(
    settings: Settings, tmp_path: Path
) -> None:
    """Such as DuckDB's infinity, or milliseconds taken for seconds."""
    at = datetime(2024, 11, 11, tzinfo=UTC)
    table = pa.table(
        {
            "source": ["rss", "rss"],
            "paper_id": ["1", "2"],
            "observed_at": pa.array([int(at.timestamp()), 2**50], pa.timestamp("s")),
            "upvotes": [1, 2],
            "passed_over": pa.array([2**50, None], pa.timestamp("s")),
        }
    )
    pq.write_table(table, tmp_path / "counts.parquet")

    report = import_history(settings, tmp_path / "counts.parquet")

    assert (report.counts, report.quarantined) == (1, 1)
    assert query(settings, "select paper_id from upvote_history") == [("1",)]
    ((place, reason),) = query(settings, "select place, reason from quarantined_records")
    assert (place, "observed_at can't be read" in reason) == ("row 1", True)


def test_a_key_that_no_file_can_hold_is_refused_like_any_other(
    settings: Settings, tmp_path: Path
) -> None:
    path = write(tmp_path / "2024-06-12.json", '{"\\ud800": [1], "more": 2}')

    assert import_history(settings, path).quarantined == 1
    ((place,),) = query(settings, "select place from quarantined_records")
    assert place == "$.?[0]"


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


def test_two_imports_of_a_file_at_once_read_it_once(settings: Settings, tmp_path: Path) -> None:
    path = write(tmp_path / "upvotes.csv", CSV)

    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: import_history(settings, path), range(4)))

    assert sorted(report.counts for report in reports) == [0, 0, 0, 2]
    assert len(query(settings, "select * from upvote_history")) == 2


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
