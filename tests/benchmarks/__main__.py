"""Runs the suite: ``python -m tests.benchmarks [--sizes 14000,100000] [--only NAME,NAME]``.

Ends with 1 when a step failed or two roads led to different tables. What does not belong here:
steps and measuring.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from datetime import UTC, date, datetime

from orchestration.settings import load_settings
from tests.benchmarks import report
from tests.benchmarks.quality.data import recorded_folder
from tests.benchmarks.suite import Suite

DEFAULT_SIZES = "14000,100000"


def sizes(words: str) -> list[int]:
    """Numbers of papers, separated by commas."""
    found = [int(word) for word in words.split(",")]
    if min(found) < 1:
        raise ValueError(words)
    return found


def main() -> int:
    """Measure what the arguments ask for and write the report, after each size anew."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--sizes", type=sizes, default=DEFAULT_SIZES, help=sizes.__doc__)
    parser.add_argument(
        "--only",
        type=lambda words: words.split(","),
        help="only steps whose names contain one of these; the report keeps the others",
    )
    parser.add_argument("--last-day", type=date.fromisoformat, default=datetime.now(UTC).date())
    parser.add_argument("--keep", action="store_true", help="keep the made-up data folders")
    options = parser.parse_args()
    settings = load_settings()
    folder = settings.home / "bench"
    suite = Suite(folder, options.last_day, options.only or [""])

    def write() -> None:
        replaced = () if options.only else {size for _, size in suite.measured}
        paths = report.write(
            settings.reports,
            suite.entries(),
            suite.problems,
            suite.skipped,
            replaced_sizes=tuple(replaced),
        )
        print("written to", *paths, flush=True)

    for size in options.sizes:
        suite.run(size)
        write()
        if not options.keep:
            shutil.rmtree(folder / str(size), ignore_errors=True)
    if recorded := recorded_folder():
        for responses in sorted((recorded / "hub_api").glob("responses_*")):
            suite.run_recorded(responses)
        write()
    print((settings.reports / "bench.md").read_text())
    return 1 if suite.problems else 0


if __name__ == "__main__":
    sys.exit(main())
