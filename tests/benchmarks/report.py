"""The report of a benchmark run: entries as JSON, and the same as Markdown for people.

What does not belong here: measuring.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

LIBRARIES = ("duckdb", "dbt-duckdb", "pyarrow", "dagster", "streamlit", "tantivy")


@dataclass(frozen=True)
class Entry:
    """One measured step; its ratios are its seconds, CPU seconds and memory over those of its peer.

    The peer is the entry of the same size named in ``against``.
    """

    name: str
    size: int
    seconds: float
    cpu_seconds: float
    peak_rss_bytes: int | None
    bytes_written: int | None
    against: str | None = None
    ratio: float | None = None
    cpu_ratio: float | None = None
    memory_ratio: float | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def write(folder: Path, entries: Sequence[Entry], problems: Sequence[str]) -> tuple[Path, Path]:
    """Write ``bench.json`` and ``bench.md`` into a folder; give their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    machine = _machine()
    content = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine,
        "problems": list(problems),
        "entries": [asdict(entry) for entry in entries],
    }
    paths = folder / "bench.json", folder / "bench.md"
    paths[0].write_text(json.dumps(content, indent=2) + "\n")
    paths[1].write_text(markdown(machine, entries, problems))
    return paths


def markdown(
    machine: dict[str, Any], entries: Sequence[Entry], problems: Sequence[str] = ()
) -> str:
    """Lay the entries out as a table."""
    lines = [
        "# Benchmarks",
        "",
        ", ".join(f"{name} {value}" for name, value in machine.items()),
        "",
        "| papers | step | seconds | CPU s | peak MiB | written MB | against | ratio | CPU ratio |",
        "|---:|---|---:|---:|---:|---:|---|---:|---:|",
    ]
    lines += [
        f"| {entry.size:,} | {entry.name} | {entry.seconds:.2f} | {entry.cpu_seconds:.2f}"
        f" | {_scaled(entry.peak_rss_bytes, 2**20)} | {_scaled(entry.bytes_written, 1e6)}"
        f" | {entry.against or ''} | {_ratio(entry.ratio)} | {_ratio(entry.cpu_ratio)} |"
        for entry in entries
    ]
    lines += ["", *(f"- Not measured: {problem}" for problem in problems)]
    return "\n".join(lines) + "\n"


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _scaled(value: int | None, unit: float) -> str:
    return "" if value is None else f"{value / unit:,.0f}"


def _machine() -> dict[str, Any]:
    return {
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "GiB": round(psutil.virtual_memory().total / 2**30),
        "Python": platform.python_version(),
        **{library: version(library) for library in LIBRARIES},
    }
