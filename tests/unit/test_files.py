"""Copies of files hold the bytes of their source, wherever both lie."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from orchestration import files

MEMORY = Path("/dev/shm")
CONTENT = bytes(range(256)) * 999


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder of another file system."""
    if not MEMORY.is_dir() or files.on_one_disk(MEMORY, tmp_path):
        pytest.skip("there is one file system only")
    with TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


def test_a_copy_replaces_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_COPIED_AT_ONCE", 1000)
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(CONTENT)
    target.write_bytes(CONTENT * 2)
    files.copy_file(source, target)
    assert target.read_bytes() == CONTENT
    source.write_bytes(b"changed")
    assert target.read_bytes() == CONTENT


def test_a_file_is_copied_to_another_file_system(tmp_path: Path, elsewhere: Path) -> None:
    (elsewhere / "source").write_bytes(CONTENT)
    files.copy_file(elsewhere / "source", tmp_path / "target")
    assert (tmp_path / "target").read_bytes() == CONTENT


def test_what_can_not_be_linked_is_copied(tmp_path: Path, elsewhere: Path) -> None:
    (elsewhere / "source").write_bytes(CONTENT)
    files.link_or_copy(elsewhere / "source", tmp_path / "target")
    assert (tmp_path / "target").read_bytes() == CONTENT
