"""The page of the day's papers: periods, steps, filters, and why a day has none."""

from __future__ import annotations

from html import escape

import pytest

from orchestration.settings import Settings
from tests.fakes.warehouse import (
    HOSTILE_ABSTRACT,
    HOSTILE_ID,
    HOSTILE_TITLE,
    NEWEST_DAY,
    publish_changed,
)
from tests.unit.dashboard_pages import PAGES, html, run


def test_today_shows_the_newest_day_and_escapes_its_text(home: Settings) -> None:
    shown = html(run(PAGES / "today.py"))
    assert f"{NEWEST_DAY.day} Nov 2026" in shown
    assert escape(HOSTILE_TITLE, quote=True) in shown
    assert escape(HOSTILE_ABSTRACT, quote=True) in shown
    assert "<script>" not in shown
    assert "<b>bold" not in shown
    assert 'href="javascript' not in shown
    assert f'href="paper?paper={HOSTILE_ID}"' in shown
    assert 'pt-mark">175B parameters</span>' in shown
    assert "not complete yet" in shown


def test_today_opens_on_what_the_address_says(home: Settings) -> None:
    app = run(PAGES / "today.py", period="week", date="2026-11-10", order="upvotes")
    shown = html(app)
    assert "Mon 9 Nov 2026 to Sun 15 Nov 2026" in shown
    votes = [int(part.split("</b>")[0].replace(",", "")) for part in shown.split('votes"><b>')[1:]]
    assert len(votes) > 10
    assert votes == sorted(votes, reverse=True)


def test_today_survives_a_broken_address(home: Settings) -> None:
    app = run(PAGES / "today.py", period="decade", date="yesterday", order="x' or 1=1", page="-3")
    assert f"{NEWEST_DAY.day} Nov 2026" in html(app)


def test_leafing_shows_the_next_papers_and_another_choice_begins_anew(home: Settings) -> None:
    app = run(PAGES / "today.py", period="month", page="2")
    second = html(app)
    assert second != html(run(PAGES / "today.py", period="month"))
    assert app.session_state["page"] == 2
    app.selectbox(key="order").set_value("upvotes").run()
    assert app.session_state["page"] == 1
    assert html(app) == html(run(PAGES / "today.py", period="month", order="upvotes"))


def test_today_steps_to_the_day_before(home: Settings) -> None:
    app = run(PAGES / "today.py")
    app.button(key="step-earlier").click().run()
    assert app.date_input(key="date").value == NEWEST_DAY.replace(day=NEWEST_DAY.day - 1)
    # A second press before the browser has drawn the first: its date is still the old one.
    app.date_input(key="date").set_value(NEWEST_DAY)
    app.button(key="step-earlier").click().run()
    assert app.date_input(key="date").value == NEWEST_DAY.replace(day=NEWEST_DAY.day - 2)


def test_today_filters(home: Settings) -> None:
    app = run(PAGES / "today.py", period="month")
    everything = html(app).count("pt-card")
    app.toggle(key="code").set_value(True).run()
    with_code = html(app)
    assert 0 < with_code.count('class="pt-card"') < everything
    assert with_code.count('class="pt-card"') == with_code.count(">code")
    app.toggle(key="code").set_value(False).run()
    app.selectbox(key="organization").set_value("evil-org").run()
    assert html(app).count('class="pt-card"') == 1


@pytest.fixture
def home_with_gaps(changed_home: Settings) -> Settings:
    """A version in which days of a week were never collected, and one was a holiday."""
    publish_changed(
        changed_home,
        "29990102T000000Z",
        """
        delete from paper_listings where listing_date between '2026-11-10' and '2026-11-12';
        update listing_days set papers = 0, status = if(day(listing_date) = 12, 'empty', 'missing')
        where listing_date between '2026-11-10' and '2026-11-12'
        """,
    )
    return changed_home


@pytest.mark.parametrize(
    ("day", "note"),
    [
        ("2026-11-10", "This day was never collected."),
        ("2026-11-12", "Nothing was listed on this day: a holiday."),
        ("2026-11-14", "No papers are listed on weekends."),
    ],
)
def test_today_says_why_a_day_has_no_papers(home_with_gaps: Settings, day: str, note: str) -> None:
    shown = html(run(PAGES / "today.py", date=day))
    assert note in shown
    assert "0 papers" not in shown
    assert "Take a filter away" not in shown
    assert "Take a filter away" in html(run(PAGES / "today.py", date=day, code="yes"))


def test_today_marks_the_days_of_a_span_that_were_not_collected(home_with_gaps: Settings) -> None:
    week = html(run(PAGES / "today.py", period="week", date="2026-11-10"))
    assert ">Tue 10 Nov 2026, Wed 11 Nov 2026 never collected<" in week
    publish_changed(
        home_with_gaps, "29990103T000000Z", "update listing_days set status = 'missing'"
    )
    assert ">5 days never collected<" in html(
        run(PAGES / "today.py", period="week", date="2026-11-10")
    )
