"""What the work costs as papers grow to a billion: a power law through measured sizes.

``python -m tests.benchmarks.growth [--report FILE] [--cpu-hour 0.05] [--gb-month 0.02]`` reads the
report of ``make bench``, which has to hold two sizes at least. What does not belong here:
measuring.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from orchestration.settings import load_settings

SIZES: Final = (100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000)
A_REFRESH: Final = ("scan the lake", "dbt build with tests", "publish")
"""What every refresh does over all papers; collecting grows with the day, not with the papers."""
STORED: Final = ("generate", "publish")
"""Steps whose written bytes stay: the lake, and one published version."""
ASSUMPTIONS: Final = """\
- A cost is a power of the number of papers, c * n ** e, fitted through the measured sizes by least
  squares of logarithms. Two sizes give a line, not a proof of it: fixed costs flatten it at small
  sizes, and what no longer fits memory or the disk's cache bends it upwards. The nearer a figure
  is to the last measured size, the more it is worth.
- One machine like the measured one, one refresh a day, every mart built anew from the whole lake.
- Prices are round figures; give your own."""


@dataclass(frozen=True)
class Law:
    """A cost as a power of the number of papers."""

    factor: float
    exponent: float

    def at(self, papers: int) -> float:
        """The cost for so many papers."""
        return self.factor * float(papers) ** self.exponent


@dataclass(frozen=True)
class Cost:
    """A day's refresh of so many papers."""

    papers: int
    cpu_hours: float
    peak_bytes: float
    stored_bytes: float


def fitted(points: Iterable[tuple[int, float]]) -> Law:
    """The power law nearest to (papers, cost) points.

    Raises:
        ValueError: fewer than two sizes, or a cost that is not above zero.
    """
    given = sorted(points)
    if len({papers for papers, _ in given}) < 2 or any(cost <= 0 for _, cost in given):
        raise ValueError("a curve needs costs above zero at two sizes at least")
    xs, ys = ([math.log(value) for value in column] for column in zip(*given, strict=True))
    middle, level = sum(xs) / len(xs), sum(ys) / len(ys)
    exponent = sum((x - middle) * (y - level) for x, y in zip(xs, ys, strict=True)) / sum(
        (x - middle) ** 2 for x in xs
    )
    return Law(math.exp(level - exponent * middle), exponent)


def laws(entries: Sequence[dict[str, Any]], steps: Sequence[str], cost: str) -> dict[str, Law]:
    """The law of one measured cost for each step.

    Raises:
        ValueError: a step was not measured at two sizes; the message names it.
    """
    found = {}
    for step in steps:
        points = [(e["size"], e[cost]) for e in entries if e["name"] == step and e[cost]]
        try:
            found[step] = fitted(points)
        except ValueError as error:
            raise ValueError(f"{step}: {error}; run `make bench` with more sizes") from error
    return found


def costs(entries: Sequence[dict[str, Any]], sizes: Sequence[int] = SIZES) -> list[Cost]:
    """What a refresh costs at each size."""
    cpu = laws(entries, A_REFRESH, "cpu_seconds")
    memory = laws(entries, A_REFRESH, "peak_rss_bytes")
    stored = laws(entries, STORED, "bytes_written")
    return [
        Cost(
            papers=size,
            cpu_hours=sum(law.at(size) for law in cpu.values()) / 3600,
            peak_bytes=max(law.at(size) for law in memory.values()),
            stored_bytes=sum(law.at(size) for law in stored.values()),
        )
        for size in sizes
    ]


def table(rows: Sequence[Cost], cpu_hour: float, gb_month: float) -> str:
    """The costs as Markdown; money for 30 daily refreshes and the bytes kept for a month."""
    lines = [
        "| papers | CPU hours a refresh | peak GB | stored GB | a month |",
        "|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        stored = row.stored_bytes / 1e9
        money = 30 * row.cpu_hours * cpu_hour + stored * gb_month
        lines.append(
            f"| {row.papers:,} | {row.cpu_hours:,.3g} | {row.peak_bytes / 1e9:,.3g}"
            f" | {stored:,.3g} | {money:,.2f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Print the table and what it takes for granted."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.growth", description=__doc__)
    parser.add_argument("--report", type=Path, help="bench.json; default the last report's")
    parser.add_argument("--cpu-hour", type=float, default=0.05, help="price of a core for an hour")
    parser.add_argument("--gb-month", type=float, default=0.02, help="price of a GB for a month")
    options = parser.parse_args()
    report = json.loads((options.report or load_settings().reports / "bench.json").read_bytes())
    measured = sorted({entry["size"] for entry in report["entries"]})
    print(table(costs(report["entries"]), options.cpu_hour, options.gb_month))
    print(f"\nMeasured at {', '.join(f'{size:,}' for size in measured)} papers on", end=" ")
    print(", ".join(f"{name} {value}" for name, value in report["machine"].items()))
    print(f"A core costs {options.cpu_hour} an hour, a GB {options.gb_month} a month.")
    print(ASSUMPTIONS)


if __name__ == "__main__":
    main()
