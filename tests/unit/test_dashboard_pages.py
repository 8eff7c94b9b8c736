"""Each page of the dashboard, run by Streamlit's own test runner on a really built version."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.data import people, trends
from dashboard.data.warehouse import Warehouse
from orchestration.files import swap_link
from orchestration.run_report import Run
from orchestration.settings import PROJECT_ROOT, Settings, load_settings
from tests.fakes.warehouse import (
    HOSTILE_ABSTRACT,
    HOSTILE_ID,
    HOSTILE_TITLE,
    NEWEST_DAY,
    copy_of,
    publish_changed,
)

SHELL = PROJECT_ROOT / "dashboard" / "shell" / "frame.py"
PAGES = PROJECT_ROOT / "dashboard" / "pages"


@pytest.fixture
def home(demo_home: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("PAPERTIDE_HOME", str(demo_home.home))
    load_settings.cache_clear()
    return demo_home


def run(script: Path, **address: str) -> AppTest:
    app = AppTest.from_file(str(script), default_timeout=60)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception
    return app


def until(app: AppTest, is_there: Callable[[], bool]) -> None:
    """Run the page again, as a reader's browser does, until something is there."""
    deadline = time.monotonic() + 60
    while not is_there():
        assert time.monotonic() < deadline
        app.run()


def html(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def charts(app: AppTest) -> list[Any]:
    return list(app.get("vega_lite_chart"))


@pytest.fixture
def changed_home(home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A version in which the hostile paper had another title, and its author is not certain."""
    copied = copy_of(home, tmp_path / "changed")
    change = f"""
        update paper_authors set
            identity_method = 'rare name', identity_confidence = 0.949, identity_evidence = ['<u>']
        where paper_id = '{HOSTILE_ID}';
        insert into paper_titles
        select paper_id, 0, '<i>An earlier</i> title', source,
            timestamp '2026-11-01', timestamp '2026-11-19', false
        from paper_titles where paper_id = '{HOSTILE_ID}'
    """
    publish_changed(copied, "29990101T000000Z", change)
    monkeypatch.setenv("PAPERTIDE_HOME", str(copied.home))
    load_settings.cache_clear()
    return copied


def test_today_shows_the_newest_day_and_escapes_its_text(home: Settings) -> None:
    shown = html(run(PAGES / "today.py"))
    assert f"{NEWEST_DAY.day} Nov 2026" in shown
    assert escape(HOSTILE_TITLE, quote=True) in shown
    assert escape(HOSTILE_ABSTRACT, quote=True) in shown
    assert "<script>" not in shown
    assert "<b>bold" not in shown
    assert 'href="javascript' not in shown
    assert f'href="paper?paper={HOSTILE_ID}"' in shown
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


def test_leafing_shows_the_next_papers_and_another_choice_begins_anew(home: Settings) -> None:
    app = run(PAGES / "today.py", period="month", page="2")
    second = html(app)
    assert second != html(run(PAGES / "today.py", period="month"))
    assert app.session_state["page"] == 2
    app.selectbox(key="order").set_value("upvotes").run()
    assert app.session_state["page"] == 1
    assert html(app) == html(run(PAGES / "today.py", period="month", order="upvotes"))


def test_trends_compares_the_first_five_topics_of_the_address(home: Settings) -> None:
    names = [row["topic"] for row in trends.topic_names(Warehouse(home.link.resolve())).rows]
    app = run(PAGES / "trends.py", topics="~".join([names[-1], *names[:6], names[0]]))
    assert app.multiselect(key="topics").value == [names[-1], *names[:4]]


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


def test_search_finds_ranks_and_marks(home: Settings) -> None:
    shown = html(run(PAGES / "search.py", q="vila"))
    assert "<strong>1</strong> paper " in shown + " "
    assert "<mark>VILA</mark>^2 &lt;b&gt;bold&lt;/b&gt;" in shown


def test_search_says_what_to_loosen(home: Settings) -> None:
    shown = html(run(PAGES / "search.py", q="vila nosuchword"))
    assert "No paper matches" in shown
    assert 'href="search?q=vila"' in shown
    two_wrong = html(run(PAGES / "search.py", q="vila nosuchword author:nobody"))
    assert 'href="search?q=vila"' in two_wrong
    assert 'href="search?q=attent%2A"' in html(run(PAGES / "search.py", q="attentien"))
    assert "quotation mark" in html(run(PAGES / "search.py", q='"open'))
    for quoted in ('"arxiv:0000.00000"', '"-nosuchword"', '"nosuch*"', '"topic:x"', "x" * 400):
        assert "No paper matches" in html(run(PAGES / "search.py", q=quoted))
    many = html(
        run(
            PAGES / "search.py",
            q="nosuchword " + " ".join("a-b-c-d-e-f-g-h-i" * 2 for _ in "x" * 12),
        )
    )
    assert "No paper matches" in many


def test_search_filters_by_date_and_code(home: Settings) -> None:
    assert HOSTILE_ID in html(run(PAGES / "search.py", q="vila", **{"from": "2026-11-20"}))
    assert "No paper matches" in html(run(PAGES / "search.py", q="vila", to="2026-11-20"))
    assert "No paper matches" in html(run(PAGES / "search.py", q="vila", code="yes"))


def test_trends_draws_shares(home: Settings) -> None:
    app = run(PAGES / "trends.py")
    assert charts(app)
    assert "topic_weeks" in app.code[-1].value


def test_authors_and_one_author(home: Settings) -> None:
    leaderboard = html(run(PAGES / "authors.py", min="3"))
    author_id = unquote_plus(leaderboard.split('href="author?author=')[1].split('"')[0])
    assert 'class="pt-card"' in html(run(PAGES / "author.py", author=author_id))
    assert "no such author" in html(run(PAGES / "author.py", author="nobody"))
    assert "&lt;i&gt;Eve&lt;/i&gt;" in html(run(PAGES / "authors.py", min="1", name="eve"))
    assert 'href="organization?organization=' in leaderboard
    assert 'href="topic?topic=' in leaderboard
    assert ">Papers<" in leaderboard
    recent = html(run(PAGES / "authors.py", min="1", months="3"))
    assert ">Median, all time<" in recent
    assert ">Papers<" in recent


@pytest.fixture
def one_author(changed_home: Settings) -> str:
    """An author with a namesake kept apart; the hub hides their line on one of their papers."""
    house = Warehouse(changed_home.link.resolve())
    first, other = (
        row["author_id"]
        for row in house.run("select author_id from authors order by papers desc, 1 limit 2").rows
    )
    publish_changed(
        changed_home,
        "29990102T000000Z",
        f"""
        update paper_authors set is_hidden = true, name_as_listed = 'A Hidden Name'
        where author_id = '{first}' and paper_id = (
            select min(paper_id) from paper_authors where author_id = '{first}'
        );
        delete from author_links where author_id = '{other}' and other_author_id = '{first}';
        insert into author_links values ('{other}', '{first}', 'x', 3, 0.625, 'different accounts')
        """,
    )
    return str(first)


def test_an_author_shows_nothing_that_the_hub_hides(one_author: str) -> None:
    app = run(PAGES / "author.py", author=one_author)
    shown = html(app)
    assert "A Hidden Name" not in shown
    assert "1 paper on which the hub hides this author, counted" in shown
    papers = next(int(metric.value) for metric in app.metric if metric.label == "Papers")
    house = Warehouse(load_settings().link.resolve())
    matches = people.papers_of(house, one_author, limit=1).rows[0]["matches"]
    assert matches == papers - 1


def test_an_author_shows_who_was_joined_and_who_kept_apart(one_author: str) -> None:
    app = run(PAGES / "author.py", author=one_author)
    assert "Namesakes" in [heading.value for heading in app.header]
    shown = html(app)
    kept_apart = "kept apart</span></td><td>The same name, and each has a hub account of their own."
    assert f"{kept_apart} 3 co-authors in common.</td>" in shown
    assert "joined</span></td><td>" in shown
    assert "</span>62%<" in shown
    assert "download-namesakes-csv" in {one.key for one in app.get("download_button")}


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


def test_leaderboards_show_by_how_much_who_rises_rises(changed_home: Settings) -> None:
    for table in ("authors", "organizations"):
        publish_changed(
            changed_home, f"29990102T000000Z-{table}", f"update {table} set rising_eb05 = 1.234"
        )
        shown = html(run(PAGES / f"{table}.py", min="1", order="rising_eb05"))
        assert 'tabindex="0">Rising, at least</abbr></th>' in shown
        assert '<td class="pt-number">1.23</td>' in shown


def test_coverage_counts_days(home: Settings) -> None:
    app = run(PAGES / "coverage.py")
    counted = {metric.label: metric.value for metric in app.metric}
    assert counted["partial days"] == "1"
    assert int(counted["complete days"]) > 40
    assert len(charts(app)) == 4
    # The newest day's one observation: its end was not seen.
    assert "Last observations of listing days" in html(app)


def test_the_frame_shows_the_demo_banner_and_the_version(home: Settings) -> None:
    shown = html(run(SHELL))
    assert "Demo data." in shown
    assert f"Version {home.link.resolve().stem.removeprefix('papers-')}" in shown


def test_without_a_version_the_frame_says_what_to_do() -> None:
    app = run(SHELL)
    assert "No data has been published yet" in app.info[0].value


def test_a_paper_shows_everything_known(home: Settings) -> None:
    app = run(PAGES / "paper.py", paper=HOSTILE_ID)
    shown = html(app)
    assert escape(HOSTILE_TITLE, quote=True) in shown
    assert "<mark>175B</mark>" in shown
    assert "javascript:alert(1)</a>" not in shown
    assert 'href="javascript' not in shown
    assert 'aria-label="Similar papers"' in shown
    assert len(charts(app)) == 2
    assert any(block.value.startswith("@misc{") for block in app.code)
    for button in ("listed-on-csv", "similar-bib", "paper-bib"):
        assert app.get("download_button"), button
        assert f"download-{button}" in {one.key for one in app.get("download_button")}
    pasted = html(run(PAGES / "paper.py", paper=f" {HOSTILE_ID}v2 "))
    assert pasted == shown
    assert "not known here" in html(run(PAGES / "paper.py", paper="0000.00000"))


def test_a_paper_shows_its_earlier_titles_and_how_sure_its_authors_are(
    changed_home: Settings,
) -> None:
    shown = html(run(PAGES / "paper.py", paper=HOSTILE_ID))
    assert "until Thu 19 Nov 2026: <cite>&lt;i&gt;An earlier&lt;/i&gt; title</cite>" in shown
    assert "Who they are: 1 of 1 not certain" in shown
    assert 'title="Possible: 94% sure, not certain. A name so rare' in shown
    assert "<td>&lt;u&gt;</td>" in shown


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


def test_a_topic_shows_its_share_and_papers(home: Settings) -> None:
    shown = html(run(PAGES / "today.py", period="month"))
    topic = unquote_plus(shown.split('href="topic?topic=')[1].split('"')[0])
    app = run(PAGES / "topic.py", topic=topic)
    assert charts(app)
    assert 'class="pt-card"' in html(app)
    assert "download-topic-beside-csv" in {one.key for one in app.get("download_button")}
    assert "no such topic" in html(run(PAGES / "topic.py", topic="<b>"))


def test_organizations_and_one_organization(home: Settings) -> None:
    assert "&quot;&gt;&lt;b&gt;Evil&lt;/b&gt;" in html(run(PAGES / "organizations.py", min="1"))
    recent = html(run(PAGES / "organizations.py", min="1", months="3"))
    assert "organizations" in recent
    app = run(PAGES / "organization.py", organization="evil-org")
    assert escape(HOSTILE_TITLE, quote=True) in html(app)
    assert charts(app)
    assert ">On the hub</a>" in html(app)
    named = html(run(PAGES / "organization.py", organization='"><b>Evil</b>'))
    assert named == html(app)
    assert "no such organization" in html(run(PAGES / "organization.py", organization="x"))


def test_an_organization_shows_its_topics_over_time(home: Settings) -> None:
    shown = html(run(PAGES / "organizations.py"))
    lab = unquote_plus(shown.split('href="organization?organization=')[1].split('"')[0])
    app = run(PAGES / "organization.py", organization=lab)
    assert len(charts(app)) >= 2
    files = {one.key for one in app.get("download_button")}
    assert {"download-organization-topics-csv", "download-organization-topics-by-year-csv"} < files


def test_an_organization_known_by_its_name_alone_has_no_address_on_the_hub(
    changed_home: Settings,
) -> None:
    name = "a lab of two words"
    publish_changed(
        changed_home,
        "29990102T000000Z",
        f"update organizations set organization_id = '{name}' where organization_id = 'evil-org'",
    )
    assert "On the hub" not in html(run(PAGES / "organization.py", organization=name))


def test_scale_draws_claims(home: Settings) -> None:
    app = run(PAGES / "scale.py")
    assert charts(app)
    assert "175B" in html(app)


def test_the_sql_page_runs_a_query_from_the_address(home: Settings) -> None:
    app = run(PAGES / "sql.py", query="select 6 * 7 as answer")
    next(button for button in app.button if button.label == "Run").click().run()
    until(app, lambda: bool(app.dataframe))
    assert app.dataframe[0].value["answer"].tolist() == [42]


def test_the_sql_page_says_when_its_answer_is_to_an_earlier_query(home: Settings) -> None:
    app = run(PAGES / "sql.py", query="select 6 * 7 as answer")
    next(button for button in app.button if button.label == "Run").click().run()
    until(app, lambda: bool(app.dataframe))
    assert "an earlier query" not in html(app)
    app.text_area(key="query").set_value("select 1").run()
    assert app.dataframe
    assert "an earlier query" in html(app)


def test_a_permalink_to_the_sql_page_restores_its_chart(home: Settings) -> None:
    chosen = {"as_chart": "yes", "chart_kind": "line", "chart_x": "b", "chart_y": "c"}
    app = run(PAGES / "sql.py", query="select 1 as a, 2 as b, 3 as c", **chosen)
    next(button for button in app.button if button.label == "Run").click().run()
    until(app, lambda: bool(app.dataframe))
    drawn = {name: app.selectbox(key=name).value for name in chosen if name != "as_chart"}
    assert drawn == {name: value for name, value in chosen.items() if name != "as_chart"}
    assert charts(app)
    app.text_area(key="query").set_value("select 1 as d, 2 as e").run()
    next(button for button in app.button if button.label == "Run").click().run()
    until(app, lambda: not app.exception and app.selectbox(key="chart_x").value == "d")
    assert app.selectbox(key="chart_y").value == "e"


def test_the_sql_page_shows_an_error_as_text(home: Settings) -> None:
    app = run(PAGES / "sql.py", query="select * from '<b>x'")
    next(button for button in app.button if button.label == "Run").click().run()
    until(app, lambda: "pt-error" in html(app))
    assert "&lt;b&gt;x" in html(app)
