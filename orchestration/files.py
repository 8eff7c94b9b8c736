"""Atomic writes: a name holds either its old content or its whole new content, never a part.

Nothing else in the project writes a file that somebody reads later, so this is where a crash, a
full disk and a power cut are thought of. What does not belong here: what the files mean.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from orchestration.objects import is_object, put

TEMPORARY_SUFFIX = ".tmp"

_COPIED_AT_ONCE = 2**30


def write_atomically(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` through a temporary name in the same folder."""

    def write(temporary: Path) -> None:
        temporary.write_bytes(content)

    fill_atomically(path, write)


def fill_atomically(path: Path, fill: Callable[[Path], None], *, lasting: bool = True) -> None:
    """Let ``fill`` write a file beside ``path``, then give it its name.

    The bytes are on disk before the name is, so a process killed at any moment, or a power cut,
    leaves the old content or the whole new one.

    Args:
        path: where the file goes, here or in an object store; its folder is made.
        fill: writes the file whose name it is given.
        lasting: the name too is on disk before this returns. Without it a power cut can take the
            file away again: for files that can be made anew.

    Raises:
        OSError: the disk is full or can't be written; ``path`` is as it was.
    """
    if is_object(path):
        # Filled in a file of its own first: an object is made whole by the PUT of all its bytes.
        with TemporaryDirectory() as folder:
            whole = Path(folder) / "object"
            fill(whole)
            put(path, whole.read_bytes())
        return
    make_folder(path.parent, lasting=lasting)
    temporary = temporary_name(path, uuid4().hex)
    try:
        fill(temporary)
        sync_file(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    if lasting:
        sync_folder(path.parent)


def touch(path: Path) -> None:
    """Make an empty file that is on disk before this returns."""
    make_folder(path.parent)
    path.touch()
    sync_folder(path.parent)


def make_folder(folder: Path, *, lasting: bool = True) -> None:
    """Create ``folder`` and its parents, each entry on disk before the next one if ``lasting``."""
    if folder.is_dir():
        return
    make_folder(folder.parent, lasting=lasting)
    folder.mkdir(exist_ok=True)
    if lasting:
        sync_folder(folder.parent)


def temporary_name(path: Path, word: str) -> Path:
    """A name beside ``path`` that no reader's glob takes in, and that a clean-up takes away."""
    return path.with_name(f".{path.name}.{word}{TEMPORARY_SUFFIX}")


def remove_temporary(root: Path) -> int:
    """Remove what killed writers left behind; only call while nobody writes below ``root``."""
    leftovers = list(root.rglob(f".*{TEMPORARY_SUFFIX}"))
    for leftover in leftovers:
        leftover.unlink(missing_ok=True)
    return len(leftovers)


def link_or_copy(source: Path, target: Path) -> None:
    """Give a file that never changes a second name; a copy where the file system has no links."""
    try:
        target.hardlink_to(source)
    except OSError:
        copy_file(source, target)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file's bytes: on XFS and Btrfs in no time and space, until one of both is written.

    There the kernel lets both share their blocks. ``shutil.copyfile`` does not ask for that;
    ``Path.copy`` will, from Python 3.14 on.
    """
    try:
        with source.open("rb") as read, target.open("wb") as written:
            while os.copy_file_range(read.fileno(), written.fileno(), _COPIED_AT_ONCE):
                pass
    except (AttributeError, OSError):  # not Linux, or two file systems that can't do it
        shutil.copyfile(source, target)


def swap_link(link: Path, target: Path) -> None:
    """Point the symbolic ``link`` at ``target`` in one step; readers see the old or the new."""
    temporary = temporary_name(link, uuid4().hex)
    temporary.symlink_to(os.path.relpath(target, link.parent))
    temporary.replace(link)
    sync_folder(link.parent)


def sync_folder(folder: Path) -> None:
    """Make the renames done in ``folder`` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Make the content of ``path`` survive a power cut."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def on_one_disk(one: Path, other: Path) -> bool:
    """Whether two folders of ours lie on one file system; an object store is none."""
    return not is_object(one) and one.stat().st_dev == other.stat().st_dev


def sha256_of(path: Path) -> str:
    """The hexadecimal SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
