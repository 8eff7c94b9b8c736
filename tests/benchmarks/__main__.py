"""Runs the suite: ``python -m tests.benchmarks [--sizes 14000,100000] [--only NAME]``.

What does not belong here: steps and measuring.
"""

from __future__ import annotations

import argparse
import shutil
from datetime import UTC, date, datetime

from orchestration.settings import load_settings
from tests.benchmarks import report
from tests.benchmarks.suite import Suite

DEFAULT_SIZES = "14000,100000"


def main() -> None:
    """Measure what the arguments ask for and write the report."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--sizes", default=DEFAULT_SIZES, help="papers, separated by commas")
    parser.add_argument("--only", default="", help="only steps whose names contain this")
    parser.add_argument("--last-day", type=date.fromisoformat, default=datetime.now(UTC).date())
    parser.add_argument("--keep", action="store_true", help="keep the made-up data folders")
    options = parser.parse_args()
    settings = load_settings()
    folder = settings.home / "bench"
    suite = Suite(folder, options.last_day, options.only)
    for size in options.sizes.split(","):
        suite.run(int(size))
        if not options.keep:
            shutil.rmtree(folder / size)
    paths = report.write(settings.reports, suite.entries(), suite.problems)
    print(paths[1].read_text())
    print("written to", *paths)


if __name__ == "__main__":
    main()
