"""What a new version shares with the newest one: its files that are still what is to be published.

So a publication costs what changed since. Files that nobody wrote since their publication are known
by size and time, without reading them; that their bytes last is what ``make verify`` looks after.
What does not belong here: making files (``exporting.py``, ``indexing.py``), names of versions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import duckdb

from orchestration.publish.exporting import TableContent
from orchestration.publish.manifest import Manifest, PublishedFile


@dataclass(frozen=True)
class Shared:
    """The files of a version that nobody wrote since, and what was in its tables."""

    files: Mapping[Path, PublishedFile]
    contents: Mapping[str, TableContent]
    build: str | None

    @classmethod
    def of(cls, published: Path, manifest: Manifest | None) -> Self:
        """What there is to share of a version in the folder ``published``; nothing of none."""
        # Another DuckDB may hash otherwise, and writes other bytes.
        if manifest is None or manifest.duckdb_version != duckdb.__version__:
            return cls({}, {}, None)
        untouched = {file for file in manifest.files if file.is_untouched(published)}
        # A damaged index is none at all: its files only work together.
        broken = {Path(file.path).parent for file in manifest.files if file not in untouched}
        return cls(
            {
                published / file.path: file
                for file in untouched
                if file.content or Path(file.path).parent not in broken
            },
            {
                file.table: TableContent(file.table, file.rows or 0, file.content or "")
                for file in manifest.files
                if file.table
            },
            manifest.build,
        )

    def database(self, build: str) -> Path | None:
        """The DuckDB file, if it was made of that state of the build database."""
        databases = (path for path in self.files if path.suffix == ".duckdb")
        return next(databases, None) if build == self.build else None

    @property
    def parquet(self) -> dict[str, Path]:
        """The Parquet files by what is in them."""
        return {file.content: path for path, file in self.files.items() if file.content}

    def index(self, name: str) -> Path | None:
        """The folder of the search index, which has that name."""
        return next((path.parent for path in self.files if path.parent.name == name), None)

    def described(self, path: Path, published: Path) -> PublishedFile | None:
        """What is known of a new version's file, if it is one of these by another name."""
        for other, file in self.files.items():
            if other.samefile(path):
                return replace(file, path=path.relative_to(published).as_posix())
        return None
