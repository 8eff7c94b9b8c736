"""The pages of what papers are about: trends, a topic, claims of scale."""

from __future__ import annotations

from urllib.parse import unquote_plus

from dashboard.data import trends
from dashboard.data.warehouse import Warehouse
from orchestration.settings import Settings
from tests.unit.dashboard_pages import PAGES, charts, html, run


def test_trends_draws_shares(home: Settings) -> None:
    app = run(PAGES / "trends.py")
    assert charts(app)
    assert "topic_weeks" in app.code[-1].value


def test_trends_compares_the_first_five_topics_of_the_address(home: Settings) -> None:
    names = [row["topic"] for row in trends.topic_names(Warehouse(home.link.resolve())).rows]
    app = run(PAGES / "trends.py", topics="~".join([names[-1], *names[:6], names[0]]))
    assert app.multiselect(key="topics").value == [names[-1], *names[:4]]


def test_a_topic_shows_its_share_and_papers(home: Settings) -> None:
    shown = html(run(PAGES / "today.py", period="month"))
    topic = unquote_plus(shown.split('href="topic?topic=')[1].split('"')[0])
    app = run(PAGES / "topic.py", topic=topic)
    assert charts(app)
    assert 'class="pt-card"' in html(app)
    assert "download-topic-beside-csv" in {one.key for one in app.get("download_button")}
    assert "no such topic" in html(run(PAGES / "topic.py", topic="<b>"))


def test_scale_draws_claims(home: Settings) -> None:
    app = run(PAGES / "scale.py")
    assert charts(app)
    assert "175B" in html(app)
