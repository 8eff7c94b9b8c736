"""The search page and a paper's own page: found, marked, escaped, with everything known.

What does not belong here: what the index finds (``test_dashboard_search.py``).
"""

from __future__ import annotations

from html import escape

from orchestration.settings import Settings
from tests.fakes.warehouse import HOSTILE_ID, HOSTILE_TITLE
from tests.unit.dashboard_pages import PAGES, charts, html, run


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


def test_a_paper_shows_everything_known(home: Settings) -> None:
    app = run(PAGES / "paper.py", paper=HOSTILE_ID)
    shown = html(app)
    assert escape(HOSTILE_TITLE, quote=True) in shown
    assert "<mark>175B</mark>" in shown
    assert 'pt-mark">175B parameters</span>' in shown
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
