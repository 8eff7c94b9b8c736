"""What several pages share: their frame, cards, addresses out of bounds, a version that changes.

What does not belong here: one page's own (``test_dashboard_pages_*.py``).
"""

from __future__ import annotations

from datetime import date
from urllib.parse import unquote_plus

import pytest

from orchestration.files import swap_link
from orchestration.settings import PROJECT_ROOT, Settings
from tests.fakes.warehouse import HOSTILE_ID, NEWEST_DAY, publish_changed
from tests.unit.dashboard_pages import PAGES, html, run

SHELL = PROJECT_ROOT / "dashboard" / "shell" / "frame.py"


def test_the_frame_shows_the_demo_banner_and_the_version(home: Settings) -> None:
    shown = html(run(SHELL))
    assert "Demo data." in shown
    assert f"Version {home.link.resolve().stem.removeprefix('papers-')}" in shown


def test_without_a_version_the_frame_says_what_to_do() -> None:
    app = run(SHELL)
    assert "No data has been published yet" in app.info[0].value


def test_cards_say_everywhere_what_their_numbers_mean(home: Settings) -> None:
    author = html(run(PAGES / "authors.py")).split('href="author?author=')[1].split('"')[0]
    for page, address in (
        ("today", {}),
        ("paper", {"paper": HOSTILE_ID}),
        ("author", {"author": unquote_plus(author)}),
        ("organization", {"organization": "evil-org"}),
        ("search", {"q": "costs"}),
    ):
        shown = html(run(PAGES / f"{page}.py", **address))
        assert shown.count('<span title="') >= 1, page
        assert 'tabindex="0">upvotes</abbr>' in shown, page


@pytest.mark.parametrize(
    ("page", "address", "shown"),
    [
        ("today", {"period": "month", "page": "9" * 30}, 'class="pt-card"'),
        ("today", {"date": "2999-01-01"}, f"{NEWEST_DAY.day} Nov 2026"),
        ("search", {"page": "400"}, 'class="pt-card"'),
        ("authors", {"page": "9" * 30}, "author?author="),
        ("authors", {"min": "5000"}, "No author matches"),
        ("trends", {"week": "2030-01-01"}, "Rising"),
        ("trends", {"week": "1990-01-01"}, "Rising"),
    ],
)
def test_an_address_out_of_bounds_shows_the_nearest_there_is(
    home: Settings, page: str, address: dict[str, str], shown: str
) -> None:
    app = run(PAGES / f"{page}.py", **address)
    assert shown in html(app) + "".join(heading.value for heading in app.header)


@pytest.mark.parametrize(("page", "key"), [("today", "date"), ("trends", "week")])
def test_a_day_chosen_just_before_a_version_without_it_becomes_the_nearest(
    changed_home: Settings, page: str, key: str
) -> None:
    app = run(PAGES / f"{page}.py")
    publish_changed(
        changed_home,
        "29990102T000000Z",
        "update listing_days set papers = 0 where listing_date < date '2026-11-16'",
    )
    app.date_input(key=key).set_value(date(2026, 11, 3)).run()
    assert not app.exception, app.exception
    assert app.date_input(key=key).value == date(2026, 11, 16)


def test_a_page_that_failed_takes_the_address_again(changed_home: Settings) -> None:
    app = run(SHELL)
    whole = changed_home.link.resolve()
    publish_changed(changed_home, "29990102T000000Z", "drop table paper_listings")
    app.date_input(key="date").set_value(date(2026, 11, 3)).run()
    assert "paper_listings" in app.exception[0].message
    swap_link(changed_home.link, whole)
    app.query_params["date"] = "2026-11-10"
    app.run()
    assert not app.exception
    assert "Tue 10 Nov 2026" in html(app)
