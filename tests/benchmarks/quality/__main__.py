"""Evaluate the product's numbers and write ``PAPERTIDE_HOME/reports/quality.json`` and ``.md``.

``python -m tests.benchmarks.quality [NAME ...]``: all four evaluations, or those named, whose
figures then replace theirs in the report that is there. What does not belong here: any figure.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from orchestration.files import write_atomically
from orchestration.settings import load_settings
from tests.benchmarks.quality.data import TUNED_BEFORE, prepare, recorded_folder
from tests.benchmarks.quality.page import page

EVALUATIONS = ("rising_topics", "identity", "score", "scale_claims")

LISTINGS = {
    True: "recorded responses of the real hub",
    False: "made up (no recorded data here): only figures on recorded data say how right we are",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the evaluations in a data folder of their own, which is gone afterwards."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.quality")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(EVALUATIONS))
    names = parser.parse_args(arguments).names or EVALUATIONS
    if unknown := set(names) - set(EVALUATIONS):
        parser.error(
            f"no evaluation {', '.join(sorted(unknown))}; there are {', '.join(EVALUATIONS)}"
        )

    reports = load_settings().reports
    recorded = recorded_folder()
    report: dict[str, Any] = {
        "evaluated_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "listings": LISTINGS[recorded is not None],
        "tuned_before": TUNED_BEFORE.isoformat(),
    }
    earlier = _read(reports / "quality.json")
    if earlier.get("listings") == report["listings"]:
        report |= {name: earlier[name] for name in EVALUATIONS if name in earlier}
    with tempfile.TemporaryDirectory(prefix="papertide-quality-") as folder:
        data = prepare(Path(folder), recorded)
        for name in names:
            started = time.monotonic()
            module = import_module(f"tests.benchmarks.quality.{name}")
            question = (module.__doc__ or "").split("\n\n")[0].replace("\n", " ")
            report[name] = {"question": question, **module.evaluate(data)}
            print(f"{name}: {time.monotonic() - started:.1f} s")
    reports.mkdir(parents=True, exist_ok=True)
    write_atomically(reports / "quality.json", json.dumps(report, indent=2).encode())
    write_atomically(reports / "quality.md", page(report).encode())
    print(f"written: {reports / 'quality.json'} and quality.md")


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


if __name__ == "__main__":
    main()
