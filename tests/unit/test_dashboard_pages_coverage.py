"""The page of what was collected: days counted, and how the last runs went."""

from __future__ import annotations

import json
import re
from dataclasses import asdict

from orchestration.run_report import Run
from orchestration.settings import Settings
from tests.unit.dashboard_pages import PAGES, charts, html, run


def test_coverage_counts_days(home: Settings) -> None:
    app = run(PAGES / "coverage.py")
    counted = {metric.label: metric.value for metric in app.metric}
    assert counted["partial days"] == "1"
    assert int(counted["complete days"]) > 40
    assert len(charts(app)) == 4
    # The newest day's one observation: its end was not seen.
    assert "Last observations of listing days" in html(app)


def test_coverage_tells_how_the_last_runs_went(changed_home: Settings) -> None:
    assert "No run has ended yet" in html(run(PAGES / "coverage.py"))
    times = ["2026-11-20T05:37:00+00:00", "2026-11-20T05:37:04+00:00", "2026-11-20T05:39:34+00:00"]
    runs = [
        Run("3", "observe", "hourly_observation", "started", times[2], times[2]),
        Run("2", "refresh", "daily_refresh", "failure", *times, ["listings: <b>503</b>"]),
        Run("1", "refresh", "by hand", "success", *times, ["papers.holds: 3 rows"]),
        Run("0", "refresh", "by hand", "success", *times),
    ]
    changed_home.reports.mkdir()
    changed_home.runs_report.write_text(json.dumps([asdict(run) for run in runs]))
    shown = html(run(PAGES / "coverage.py"))
    last = "Last run: <strong>refresh</strong> · Fri 20 Nov 2026, 05:39 UTC · "
    assert f'{last}<span class="pt-chip pt-mark">failed</span>' in shown
    outcomes = re.findall(r">(runs|failed|worked in part|worked|waits)</span></td>", shown)
    assert outcomes == ["runs", "failed", "worked in part", "worked"]
    assert '2.5</td><td><span class="pt-chip pt-mark">failed' in shown
    assert "<td>listings: &lt;b&gt;503&lt;/b&gt;</td>" in shown
