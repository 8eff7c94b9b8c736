"""The report of benchmark runs: entries as JSON, and the same as Markdown for people.

What does not belong here: measuring, ratios (``entries.py``), goals.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from orchestration.files import write_atomically
from tests.benchmarks.entries import GROWTH, Entry, growth
from tests.benchmarks.goals import verdicts

LIBRARIES = ("duckdb", "dbt-duckdb", "pyarrow", "dagster", "streamlit", "tantivy")


def write(
    folder: Path,
    entries: Sequence[Entry],
    problems: Sequence[str] = (),
    skipped: Sequence[str] = (),
    *,
    replaced_sizes: Sequence[int] = (),
) -> tuple[Path, Path]:
    """Write ``bench.json`` and ``bench.md`` into a folder; give their paths.

    Entries of the report that is there stay, unless they are measured again, were measured on
    another machine or with other libraries, or are of ``replaced_sizes``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths, machine = (folder / "bench.json", folder / "bench.md"), _machine()
    known = {(entry.name, entry.size) for entry in entries}
    kept = [
        entry
        for entry in _read(paths[0], machine)
        if (entry.name, entry.size) not in known
        and entry.size not in replaced_sizes
        and not entry.name.startswith(GROWTH)
    ]
    told = sorted([*kept, *entries], key=lambda entry: entry.size)
    told += growth(told)
    content = {
        "machine": machine,
        "problems": list(problems),
        "skipped": list(skipped),
        "entries": [asdict(entry) for entry in told],
    }
    write_atomically(paths[0], (json.dumps(content, indent=2) + "\n").encode())
    write_atomically(paths[1], markdown(machine, told, problems, skipped).encode())
    return paths


def _read(path: Path, machine: dict[str, Any]) -> list[Entry]:
    if not path.exists():
        return []
    content = json.loads(path.read_bytes())
    if content["machine"] != machine:
        return []
    return [Entry(**entry) for entry in content["entries"]]


def markdown(
    machine: dict[str, Any],
    entries: Sequence[Entry],
    problems: Sequence[str] = (),
    skipped: Sequence[str] = (),
) -> str:
    """Lay the entries out as tables, then their facts."""
    lines = ["# Benchmarks", "", ", ".join(f"{name} {value}" for name, value in machine.items())]
    lines += ["", *(f"- **Failed**: {problem}" for problem in problems)]
    lines += [f"- Skipped: {each}" for each in skipped]
    lines += ["", "## Steps", "", *_costs(e for e in entries if not e.name.startswith(GROWTH))]
    if grown := [entry for entry in entries if entry.name.startswith(GROWTH)]:
        lines += ["", "## Growth", "", *_grown(grown)]
    lines += ["", "## Goals", "", *_goals(entries), "", "## Facts"]
    lines += [
        line for entry in entries if not entry.name.startswith(GROWTH) for line in _facts(entry)
    ]
    return "\n".join(lines) + "\n"


def _costs(entries: Iterator[Entry]) -> Iterator[str]:
    yield (
        "| papers | step | seconds | CPU s | peak MiB | written MB"
        " | against | ratio | CPU ratio | memory ratio |"
    )
    yield "|---:|---|---:|---:|---:|---:|---|---:|---:|---:|"
    for entry in entries:
        yield (
            f"| {entry.size:,} | {entry.name} | {entry.seconds:.2f} | {entry.cpu_seconds:.2f}"
            f" | {_scaled(entry.peak_rss_bytes, 2**20)} | {_scaled(entry.bytes_written, 1e6)}"
            f" | {entry.against or ''} | {_ratio(entry.ratio)} | {_ratio(entry.cpu_ratio)}"
            f" | {_ratio(entry.memory_ratio)} |"
        )


def _grown(entries: Sequence[Entry]) -> Iterator[str]:
    yield "| papers | step | against | papers | seconds | CPU | memory | inner seconds |"
    yield "|---:|---|---|---:|---:|---:|---:|---:|"
    for entry in entries:
        yield (
            f"| {entry.size:,} | {entry.name.removeprefix(GROWTH)} | {entry.against}"
            f" | {_ratio(entry.cost('times_as_many_papers'))} | {_ratio(entry.ratio)}"
            f" | {_ratio(entry.cpu_ratio)} | {_ratio(entry.memory_ratio)}"
            f" | {_ratio(entry.cost('inner_seconds'))} |"
        )


def _goals(entries: Sequence[Entry]) -> Iterator[str]:
    yield "| papers | step | goal | measured | |"
    yield "|---:|---|---|---:|---|"
    for verdict in verdicts(entries):
        goal, words = verdict.goal, "met" if verdict.is_met else "**missed**"
        bound = f"at {'least' if goal.is_least else 'most'} {goal.words}"
        yield f"| {verdict.size:,} | {goal.step} | {bound} | {verdict.value:,.4g} | {words} |"


def _facts(entry: Entry) -> Iterator[str]:
    if not entry.facts:
        return
    yield from ("", f"### {entry.name}, {entry.size:,} papers", "")
    plain = {name: value for name, value in entry.facts.items() if not isinstance(value, dict)}
    if plain:
        yield ", ".join(f"{name} {_told(value)}" for name, value in plain.items())
    for name, values in entry.facts.items():
        if isinstance(values, dict):
            yield from _table(name, values)


def _table(name: str, values: dict[str, Any]) -> Iterator[str]:
    rows = {key: value if isinstance(value, dict) else {"": value} for key, value in values.items()}
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    yield from ("", f"| {name} | {' | '.join(columns)} |", f"|---|{'---:|' * len(columns)}")
    for key, row in rows.items():
        yield f"| {key} | {' | '.join(_told(row.get(column, '')) for column in columns)} |"


def _told(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


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
