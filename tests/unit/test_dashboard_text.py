"""Upstream text as HTML and as BibTeX: nothing a stranger writes becomes markup or a command."""

from __future__ import annotations

from datetime import date
from itertools import accumulate
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from dashboard import bibtex, highlight, markup
from dashboard.components import card

TEXT = st.text(alphabet=st.sampled_from("ab<>&\"'`$^[](){}:/\\ \nscript=onerror"), max_size=60)


@given(TEXT)
def test_text_reads_back_as_it_was_written(words: str) -> None:
    tree = HTMLParser(f"<p>{markup.text(words)}</p>")
    assert tree.css_first("p").text() == words
    assert tree.css_first("p").child is None or not tree.css("p *")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "//evil.example/x",
        "/relative",
        "https://",
        "https://exa mple.org/",
        "https://example.org/\nx",
        "http://[broken",
        "",
    ],
)
def test_only_web_addresses_become_links(address: str) -> None:
    assert markup.link(address, "x") == "x"


def test_a_web_address_becomes_a_link_with_escaped_parts() -> None:
    made = HTMLParser(markup.link('https://example.org/?a=1&b="<', "<b>")).css_first("a")
    assert made.attributes["href"] == 'https://example.org/?a=1&b="<'
    assert made.attributes["rel"] == "noopener noreferrer"
    assert made.text() == "<b>"


def test_page_links_keep_any_id() -> None:
    made = HTMLParser(markup.page_link("paper", "t", {"paper": 'a&b="<c', "x": None})).css_first(
        "a"
    )
    assert made.attributes["href"] == "paper?paper=a%26b%3D%22%3Cc"


@pytest.mark.parametrize("state", [{}, {"date": "2026-11-20"}])
def test_a_link_to_the_first_page_leaves_any_other(state: dict[str, str]) -> None:
    from_a_paper = urljoin("http://127.0.0.1/paper?paper=1", markup.page_address("", state))
    assert urlsplit(from_a_paper).path == "/"
    assert dict(parse_qsl(urlsplit(from_a_paper).query)) == state


@given(TEXT, TEXT)
def test_a_card_holds_no_element_of_a_stranger(title: str, name: str) -> None:
    row = {
        "paper_id": title,
        "title": title,
        "abstract": name,
        "authors": [name],
        "organization_id": name,
        "organization_name": title,
        "topics": [title],
        "project_url": name,
        "github_url": title,
        "github_repo": name,
        "curve": [1, 5, None, 3],
    }
    tree = HTMLParser(card(row))
    assert not tree.css("script, b b, i, [onerror]")
    assert {node.tag for node in tree.css(".pt-card *")} <= {
        "a", "b", "div", "h3", "img", "p", "span"
    }  # fmt: skip


def test_words_found_are_marked_inside_escaped_text() -> None:
    assert highlight.html("Café <b>cafes</b>", {"cafe"}) == (
        "<mark>Café</mark> &lt;b&gt;cafes&lt;/b&gt;"
    )
    assert highlight.html("Diffusing <diffs>", {"diff*"}) == (
        "<mark>Diffusing</mark> &lt;<mark>diffs</mark>&gt;"
    )


def test_a_snippet_begins_near_the_word() -> None:
    text = "filler " * 100 + "needle here"
    cut = highlight.snippet(text, {"needle"})
    assert cut.startswith("… ")
    assert cut.endswith("needle here")
    assert len(cut) < 200


def test_claims_are_marked_where_they_stand() -> None:
    shown = highlight.spans("<7B> and 175B or 75B", ["175B", "75B", "7B"])
    assert shown == ("&lt;<mark>7B</mark>&gt; and <mark>175B</mark> or <mark>75B</mark>")


def test_a_bibtex_entry_keeps_formulas_and_escapes_the_rest() -> None:
    paper = {
        "paper_id": "2611.00001",
        "title": "Costs $1 Million & 5%:\n  a_b #1 {x} with $m^2$ \\& more",
        "authors": ["Ada B. Lovelace", "Ōe Kenzaburō"],
        "published_on": date(2026, 11, 1),
        "arxiv_url": "https://arxiv.org/abs/2611.00001",
        "primary_category": "cs.CL",
        "doi": None,
    }
    assert bibtex.entry(paper) == (
        "@misc{lovelace2026-2611.00001,\n"
        "  title = {{Costs \\$1 Million \\& 5\\%: a\\_b \\#1"
        " \\textbraceleft{}x\\textbraceright{} with $m^2$ \\& more}},\n"
        "  author = {Ada B. Lovelace and Ōe Kenzaburō},\n"
        "  year = {2026},\n"
        "  url = {https://arxiv.org/abs/2611.00001},\n"
        "  eprint = {2611.00001},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass = {cs.CL},\n"
        "}\n"
    )


def test_a_bibtex_entry_holds_whatever_is_written() -> None:
    paper = {
        "paper_id": "2611.00002",
        "title": "An open { brace, \\input{x} and a \\ in C^2 ~ $\\{$",
        "authors": ["A and B", "Team, Inc.", "Anderson Cooper"],
        "doi": "10.1/a}b\\c",
    }
    entry = bibtex.entry(paper)
    assert "author = {{A and B} and {Team, Inc.} and Anderson Cooper}" in entry
    assert "doi = {10.1/abc}" in entry
    assert "\\textbackslash{}input\\textbraceleft{}x" in entry
    assert "C\\textasciicircum{}2 \\textasciitilde{}" in entry
    assert entry.count("{") == entry.count("}")
    depths = list(accumulate({"{": 1, "}": -1}.get(sign, 0) for sign in entry))
    assert depths.index(0, len("@misc{")) == entry.rindex("}")


def test_a_paper_known_from_a_page_only_has_an_entry_too() -> None:
    entry = bibtex.entry({"paper_id": "page:0a1b", "title": "T", "authors": None})
    assert entry == "@misc{-page-0a1b,\n  title = {{T}},\n}\n"
