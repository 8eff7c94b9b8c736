"""The command line: what a person did wrong is one line, not a traceback, and changes nothing.

What does not belong here: what commands do.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from orchestration.__main__ import _say_published, main
from orchestration.publish import snapshot
from orchestration.settings import Settings
from tests.fakes.warehouse import copy_of, publish_changed


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The data folder of the settings, which is not there yet."""
    return tmp_path / "home"


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["papertide", *arguments])
    try:
        return main()
    except SystemExit as ended:
        return int(ended.code or 0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("collect", "--from", "", "--to", ""), "say for example FROM=2026-11-01 TO=2026-11-20"),
        (("collect", "--from", "2026-11-02", "--to", "2026-11-01"), "FROM comes before TO"),
        (("collect", "--from", "2022-11-02", "--to", "2026-11-01"), "they begin on 2023-05-04"),
        (("import", ""), "say for example FILE=counts.csv"),
        (("digest",), "nothing is published yet"),
        (("rollback",), "no earlier version"),
    ],
)
def test_a_mistake_is_told_in_one_line_and_makes_no_folder(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    home: Path,
    arguments: tuple[str, ...],
    words: str,
) -> None:
    assert run(monkeypatch, *arguments) != 0
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("papertide ")
    assert words in last
    assert not home.exists()


def test_a_data_folder_that_can_not_be_made_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    home.write_text("a file")
    assert run(monkeypatch, "data") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert str(home) in line


def test_a_damaged_publication_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    home.mkdir()
    (home / "papers.duckdb").write_bytes(b"no database" * 1000)
    assert run(monkeypatch, "digest") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "papers.duckdb" in line


def test_the_last_line_tells_made_up_papers(
    demo_home: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _say_published(demo_home) == 0
    assert "DEMO DATA" in capsys.readouterr().out.splitlines()[-1]


def test_going_back_says_how_long_it_lasts(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    demo_home: Settings,
    home: Path,
) -> None:
    settings = copy_of(demo_home, home)
    (earlier,) = snapshot.versions(settings)
    later = "29990101T000000Z"
    publish_changed(settings, later, "update papers set title = 'Changed'")
    manifests = (snapshot.manifest_path(settings, version) for version in (earlier, later))
    shutil.copy(*manifests)
    lasts = f"readers keep {earlier}, whatever is published, until: make rollback VERSION=newest"

    assert run(monkeypatch, "rollback") == 0
    assert capsys.readouterr().out.splitlines() == [f"readers now get {earlier}", lasts]
    assert run(monkeypatch, "versions") == 0
    assert capsys.readouterr().out.splitlines()[-1] == lasts
    assert run(monkeypatch, "rollback", "newest") == 0
    assert capsys.readouterr().out.splitlines() == [f"readers now get {later}"]


def test_a_database_that_does_not_answer_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PAPERTIDE_SUBSCRIPTIONS_URL", "postgres://ann:hunter2@127.0.0.1:9/tide")
    assert run(monkeypatch, "forget", "ada@example.org") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("papertide forget: ")
    assert "onnection refused" in line
    assert "hunter2" not in line
    assert "ada@example.org" not in line
