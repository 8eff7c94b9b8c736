"""Counts of upvotes that others recorded, as CSV or Parquet: row by row, the bad ones aside.

What does not belong here: what holds for any recorded file (``test_history_files.py``).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.collect.history import import_history
from orchestration.collect.import_report import ImportReport
from orchestration.settings import Settings
from tests.unit.collect.recordings import CSV, query, write


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
