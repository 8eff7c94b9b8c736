"""The pages of who writes: authors, organizations, and one of each."""

from __future__ import annotations

from html import escape
from urllib.parse import unquote_plus

import pytest

from dashboard.data import people
from dashboard.data.warehouse import Warehouse
from orchestration.settings import Settings, load_settings
from tests.fakes.warehouse import HOSTILE_TITLE, publish_changed
from tests.unit.dashboard_pages import PAGES, charts, html, run


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


def test_leaderboards_show_by_how_much_who_rises_rises(changed_home: Settings) -> None:
    for table in ("authors", "organizations"):
        publish_changed(
            changed_home, f"29990102T000000Z-{table}", f"update {table} set rising_eb05 = 1.234"
        )
        shown = html(run(PAGES / f"{table}.py", min="1", order="rising_eb05"))
        assert 'tabindex="0">Rising, at least</abbr></th>' in shown
        assert '<td class="pt-number">1.23</td>' in shown


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
