"""What a published version consists of: its files with their checksums, kept beside it as JSON.

What does not belong here: making the files, and which version readers get (``snapshot.py``).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from orchestration.files import sha256_of


@dataclass(frozen=True)
class PublishedFile:
    """A file of a version: its path below ``published/``, bytes, checksum and table rows.

    ``content`` stands for the rows of a table, whatever order they are in; ``modified_ns`` is when
    the bytes were written, the same by each of the file's names.
    """

    path: str
    bytes: int
    sha256: str
    table: str | None = None
    rows: int | None = None
    content: str | None = None
    modified_ns: int | None = None

    @classmethod
    def of(cls, path: Path, published: Path, **told: Any) -> Self:
        """Describe a file that is there; ``told`` is what can't be seen from its bytes."""
        state = path.stat()
        return cls(
            path=path.relative_to(published).as_posix(),
            bytes=state.st_size,
            sha256=sha256_of(path),
            modified_ns=state.st_mtime_ns,
            **told,
        )

    def is_untouched(self, published: Path) -> bool:
        """Whether nobody wrote the file since, by its size and time: cheap, no byte is read."""
        path = published / self.path
        if not path.exists():
            return False
        state = path.stat()
        return (state.st_size, state.st_mtime_ns) == (self.bytes, self.modified_ns)

    def problem(self, published: Path) -> str | None:
        """What is wrong with the file below ``published``, or None when it is as it was."""
        path = published / self.path
        if not path.exists():
            return f"{self.path}: missing"
        if path.stat().st_size != self.bytes or sha256_of(path) != self.sha256:
            return f"{self.path}: differs from what was published"
        return None


@dataclass(frozen=True)
class Manifest:
    """What a version consists of; ``build`` stands for the build database it was made of."""

    version: str
    published_at: str
    duckdb_version: str
    files: list[PublishedFile]
    build: str | None = None

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what :meth:`json` gave."""
        content = json.loads(path.read_text())
        files = [PublishedFile(**file) for file in content.pop("files")]
        return cls(**content, files=files)

    def json(self) -> bytes:
        """The manifest as the bytes of a file."""
        return json.dumps(asdict(self), indent=2).encode()

    @property
    def rows(self) -> dict[str, int]:
        """Rows of each table."""
        return {file.table: file.rows or 0 for file in self.files if file.table}

    @property
    def bytes(self) -> int:
        """Bytes of all files of the version, also of those it shares with other versions."""
        return sum(file.bytes for file in self.files)
