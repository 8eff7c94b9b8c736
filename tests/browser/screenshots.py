"""The pictures of the dashboard's pages in the README: ``python -m tests.browser.screenshots``.

Everything in them is made up from a fixed seed, up to a fixed day: a picture stays what it shows
until its page changes, but for how long a query took and when the version was built. What does not
belong here: what a page has to show (the tests), and real listings.
"""

from __future__ import annotations

import io
import os
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from dashboard.data import sql
from orchestration import transform
from orchestration.demo.lake_writer import write_lake
from orchestration.publish import snapshot
from orchestration.publish.feeds import write_feeds
from orchestration.settings import PROJECT_ROOT, Settings
from tests.benchmarks.first_card import first_card, served
from tests.browser.conftest import FLAGS, found
from tests.browser.places import CHARTED, PLACES, address
from tests.browser.visits import marks_of_charts, visit
from tests.fakes.warehouse import NEWEST_DAY

PICTURES = PROJECT_ROOT / "dashboard" / "screenshots"
PAPERS = 14_000
FIRST_DAY = date(2024, 11, 25)
OBSERVED_AFTER_HOURS = (8, 20, 44, 92, 188, 312)
"""When each day is observed: often enough for upvotes to have a curve."""
COLOURS = 96
"""Of a picture: a third of the bytes, and what has a colour of its own keeps it."""

SHOWN = {
    "": {"date": "2026-11-19"},
    "search": {"q": '"sparse attention" has:code'},
    "sql": {"query": sql.EXAMPLES["Who wrote most papers with whom"].strip()},
}
"""What is asked of pages that have more to show than at the address the tests look at."""
CHOSEN = PLACES | {
    # Short enough for its curve of upvotes to be in the window.
    "paper": {
        "paper": """select paper_id
from papers
semi join paper_scale_claims using (paper_id)
where
    observations = 6
    and length(title) <= 70
    and ai_summary is null
    and github_url is not null
    and organization_name is not null
order by upvotes desc, paper_id
limit 1"""
    },
    "author": {
        "author": "select author_id from authors where is_rising order by papers desc, name limit 1"
    },
}
"""The same, where what is shown has to be found."""


def make_home(home: Path) -> Settings:
    """Two years of made-up listings, built and published with their feeds."""
    settings = Settings(home=home)
    write_lake(
        home,
        PAPERS,
        first_day=FIRST_DAY,
        last_day=NEWEST_DAY,
        observed_after_hours=OBSERVED_AFTER_HOURS,
    )
    list(transform.build(settings))
    snapshot.publish(settings)
    write_feeds(settings, settings.link.resolve())
    return settings


def picture(page: Page, place: str) -> bytes:
    """What the window shows once it stays the same: nothing loads, turns or grows any more."""
    if place == "sql":
        page.get_by_role("button", name="Run").click()
        page.get_by_test_id("stDataFrame").wait_for()
    if place in CHARTED:
        assert all(marks_of_charts(page)), f"an empty chart: {page.url}"
    page.wait_for_load_state("networkidle")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    shown = page.screenshot()
    for _ in range(20):
        page.wait_for_timeout(500)
        before, shown = shown, page.screenshot()
        if shown == before:
            return shown
    raise TimeoutError(f"never still: {page.url}")


def main() -> None:
    """Make data up, serve it, and write a picture of each page."""
    # Nothing of the caller's: a lake of theirs has real listings.
    for name in [name for name in os.environ if name.startswith("PAPERTIDE_")]:
        del os.environ[name]
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        print(f"making {PAPERS:,} papers up, building and publishing them", flush=True)
        settings = make_home(Path(folder))
        browser = playwright.chromium.launch(executable_path=found(), args=FLAGS)
        with served(settings.home) as (url, _process):
            first_card(browser, url)  # it answers from here on
            page = browser.new_page(viewport={"width": 1280, "height": 960})
            for place in PLACES:
                state = SHOWN.get(place) or address(settings, place, CHOSEN)
                visit(page, url, place, **state)
                shown = Image.open(io.BytesIO(picture(page, place))).convert("RGB")
                path = PICTURES / f"{place or 'today'}.png"
                few = shown.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=1)
                few.save(path, optimize=True)
                print(f"{path.name}: {path.stat().st_size / 1000:.0f} KB", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
