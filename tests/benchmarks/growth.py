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
from typing import Final

from orchestration.settings import Settings, load_settings
from tests.benchmarks.entries import Entry

SIZES: Final = (100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000)
LAKE: Final = "generate"
BUILD: Final = "dbt build with tests"
PUBLICATION: Final = "publish"
COLLECTION: Final = "collect into the lake"
A_REFRESH: Final = (BUILD, PUBLICATION)
"""What every refresh does over all papers; collecting grows with the day, not with the papers."""
KEPT_VERSIONS: Final[int] = Settings.model_fields["keep_versions"].default
ASSUMPTIONS: Final = """\
- A cost is a power of the number of papers, c * n ** e, fitted through the measured sizes by least
  squares of logarithms. Two sizes give a line, not a proof of it: fixed costs flatten it at small
  sizes, and what no longer fits memory or the disk's cache bends it upwards. The nearer a figure
  is to the last measured size, the more it is worth.
- One machine like the measured one, one refresh a day, every mart built anew from the whole lake.
- Stored are landing, lake, build database and the published versions that are kept, as if they
  shared no file. A paper is observed as often as in the measured lake, which is less than twice;
  each further observation adds its rows to landing and lake.
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
    landing_bytes: float
    lake_bytes: float
    build_bytes: float
    versions_bytes: float

    @property
    def stored_bytes(self) -> float:
        """All that stays on the disk."""
        return self.landing_bytes + self.lake_bytes + self.build_bytes + self.versions_bytes


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


def law(entries: Sequence[Entry], step: str, cost: str) -> Law:
    """The law of one measured cost of a step.

    Raises:
        ValueError: the step was not measured at two sizes; the message names it.
    """
    found = [(each.size, each.cost(cost)) for each in entries if each.name == step]
    try:
        return fitted((size, value) for size, value in found if value is not None)
    except ValueError as error:
        raise ValueError(f"{step}: {error}; run `make bench` with more sizes") from error


def landed_bytes_a_row(entries: Sequence[Entry]) -> float:
    """What an observation of a paper takes in landing, as collected.

    Raises:
        ValueError: collecting was not measured.
    """
    for each in entries:
        landed, rows = each.cost("landing_bytes"), each.cost("papers")
        if each.name == COLLECTION and landed and rows:
            return landed / rows
    raise ValueError(f"{COLLECTION}: not measured; run `make bench` with a size up to 20,000")


def costs(entries: Sequence[Entry], sizes: Sequence[int] = SIZES) -> list[Cost]:
    """What a refresh costs at each size."""
    cpu = [law(entries, step, "cpu_seconds") for step in A_REFRESH]
    memory = [law(entries, step, "peak_rss_bytes") for step in A_REFRESH]
    rows, lake = law(entries, LAKE, "listings"), law(entries, LAKE, "bytes")
    build, version = law(entries, BUILD, "bytes"), law(entries, PUBLICATION, "bytes")
    landed = landed_bytes_a_row(entries)
    return [
        Cost(
            papers=size,
            cpu_hours=sum(each.at(size) for each in cpu) / 3600,
            peak_bytes=max(each.at(size) for each in memory),
            landing_bytes=landed * rows.at(size),
            lake_bytes=lake.at(size),
            build_bytes=build.at(size),
            versions_bytes=version.at(size) * KEPT_VERSIONS,
        )
        for size in sizes
    ]


def table(rows: Sequence[Cost], cpu_hour: float, gb_month: float) -> str:
    """The costs as Markdown; money for 30 daily refreshes and the bytes kept for a month."""
    lines = [
        "| papers | CPU hours a refresh | peak GB | landing GB | lake GB | build GB"
        f" | {KEPT_VERSIONS} versions GB | a month |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        money = 30 * row.cpu_hours * cpu_hour + row.stored_bytes / 1e9 * gb_month
        parts = (row.landing_bytes, row.lake_bytes, row.build_bytes, row.versions_bytes)
        lines.append(
            f"| {row.papers:,} | {row.cpu_hours:,.3g} | {row.peak_bytes / 1e9:,.3g}"
            f" | {' | '.join(f'{part / 1e9:,.3g}' for part in parts)} | {money:,.2f} |"
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
    entries = [Entry(**entry) for entry in report["entries"]]
    measured = sorted({entry.size for entry in entries if entry.name == BUILD})
    print(table(costs(entries), options.cpu_hour, options.gb_month))
    print(f"\nMeasured at {', '.join(f'{size:,}' for size in measured)} papers on", end=" ")
    print(", ".join(f"{name} {value}" for name, value in report["machine"].items()))
    print(f"A core costs {options.cpu_hour} an hour, a GB {options.gb_month} a month.")
    print(ASSUMPTIONS)


if __name__ == "__main__":
    main()
