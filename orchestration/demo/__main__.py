"""``python -m orchestration.demo --papers 1000000 --out DIR``: a made-up lake of any size.

What does not belong here: how it is made.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

from orchestration.demo.generator import DEFAULT_SEED
from orchestration.demo.lake_writer import write_lake


def main() -> None:
    """Write the lake that the arguments ask for and say what it cost."""
    parser = argparse.ArgumentParser(
        prog="python -m orchestration.demo", description="Writes a made-up lake and its truth."
    )
    parser.add_argument("--papers", type=int, required=True, help="papers to make")
    parser.add_argument("--out", type=Path, required=True, help="data folder to write below")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument(
        "--last-day",
        type=date.fromisoformat,
        default=datetime.now(UTC).date(),
        help="last listing date, default today",
    )
    parser.add_argument("--by-day", action="store_true", help="one file a day, as collected")
    options = parser.parse_args()
    if options.out.exists() and any(options.out.iterdir()):
        parser.error(f"{options.out} is not empty: its listings would be mixed with the new ones")
    started, cpu = time.perf_counter(), time.process_time()
    try:
        written = write_lake(
            options.out,
            options.papers,
            last_day=options.last_day,
            seed=options.seed,
            by_day=options.by_day,
        )
    except ValueError as error:
        parser.error(str(error))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"{written.papers:,} papers, {written.listings:,} listings, {written.files:,} files,"
        f" {written.bytes / 1e6:,.0f} MB in {time.perf_counter() - started:.1f} s"
        f" ({time.process_time() - cpu:.1f} s of CPU, peak {peak:,.0f} MiB)\n"
    )


if __name__ == "__main__":
    main()
