"""The SQL page: a query, its answer, chart and error.

What does not belong here: what hostile statements get (``test_dashboard_sql.py``).
"""

from __future__ import annotations

import time
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from orchestration.settings import Settings
from tests.unit.dashboard_pages import PAGES, charts, html, run


def until(app: AppTest, is_there: Callable[[], bool]) -> None:
    """Run the page again, as a reader's browser does, until something is there."""
    deadline = time.monotonic() + 60
    while not is_there():
        assert time.monotonic() < deadline
        app.run()


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
