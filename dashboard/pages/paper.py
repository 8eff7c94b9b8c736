"""One paper: everything known about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import bibtex, charts, components, highlight, markup
from dashboard.data import papers, warehouse
from dashboard.data.warehouse import Warehouse


def names(house: Warehouse, paper: dict[str, Any]) -> None:
    """Earlier titles and the authors, with how sure it is who they are."""
    earlier = "".join(
        f"<p>Earlier title, until {components.day_words(old['valid_to_at'])}:"
        f" <cite>{markup.text(old['title'])}</cite></p>"
        for old in papers.earlier_titles(house, paper)
    )
    lines = papers.author_lines(house, paper["paper_id"])
    count = paper["author_count"]
    inner = components.author_names(lines)
    if not lines and count:
        inner = f"{count:,} {components.plural(count, 'author')}"
    st.html(f'<div class="pt-meta pt-names">{earlier}<p>{inner}</p></div>')
    components.identities(lines)


def facts(paper: dict[str, Any]) -> None:
    """What is known, as a list of names and values."""
    stars = paper["github_stars"]
    known = {
        "Upvotes": f"{paper['upvotes']:,}" if paper["upvotes"] is not None else "",
        "Comments": f"{paper['num_comments']:,}" if paper["num_comments"] is not None else "",
        "Published": components.day_words(paper["published_on"])
        + (" (year inferred)" if paper["published_year_inferred"] else ""),
        "First listed": components.day_words(paper["first_listed_on"]),
        "Submitted by": markup.text(paper["submitter_username"]),
        "Organization": components.organization_link(paper),
        "Category": markup.text(", ".join(paper["categories"] or [])),
        "Code": markup.link(paper["github_url"], paper["github_repo"] or paper["github_url"])
        + (f" ★ {stars:,}" if stars is not None else ""),
        "Project": markup.link(paper["project_url"], paper["project_url"]),
        "DOI": markup.text(paper["doi"]),
        "Pages": " ".join(
            markup.link(paper[column], label)
            for column, label in (("hub_url", "hub"), ("arxiv_url", "arXiv"))
            if paper[column]
        ),
        "Observed": f"{paper['observations']:,} {components.plural(paper['observations'], 'time')}",
        "Sources": markup.text(", ".join(paper["sources"] or [])),
    }
    rows = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in known.items() if value)
    st.html(f'<dl class="pt-facts">{rows}</dl>')


def abstract(paper: dict[str, Any], spans: Sequence[str]) -> None:
    """The abstract, with the claims of scale marked where they stand."""
    if paper["abstract"]:
        st.html(f'<p class="pt-body">{highlight.spans(paper["abstract"], spans)}</p>')
    else:
        components.note("The abstract is not known.")
    if paper["ai_summary"]:
        st.html(
            f'<p class="pt-body"><strong>In short</strong> (the hub\'s summary): '
            f"{markup.text(paper['ai_summary'])}</p>"
        )


def history(house: Warehouse, paper_id: str) -> None:
    """Upvotes and rank over time, and the days the paper was listed on."""
    curve = papers.upvote_curve(house, paper_id)
    if len(curve):
        st.header("Upvotes over time", anchor=False)
        left, right = st.columns(2)
        left.altair_chart(charts.upvote_curve(curve.table), alt="Upvotes at each observation")
        right.altair_chart(charts.ranks(curve.table), alt="Rank of the day at each observation")
        components.below(curve, "upvotes")
    listed = papers.listed_on(house, paper_id)
    if len(listed):
        st.header("Listed on", anchor=False)
        components.table(
            listed.rows,
            {
                "Day": lambda row: markup.page_link(
                    "",
                    components.day_words(row["listing_date"]),
                    {"date": row["listing_date"]},
                    css_class="pt-when",
                ),
                "Rank": "rank_on_day",
                "Upvotes": "upvotes",
                "Comments": "num_comments",
                "Submitted by": "submitter_username",
                "Score": "score",
                "Complete day": "is_complete_day",
            },
            "Days this paper was listed on",
            house,
        )
        components.below(listed, "listed-on")


def linked(house: Warehouse, paper_id: str) -> None:
    """Code, models, datasets and other addresses."""
    if not house.has("paper_links"):
        return
    found = papers.links(house, paper_id)
    if len(found):
        st.header("Links", anchor=False)
        components.table(
            found.rows,
            {
                "Kind": "kind",
                "Address": lambda row: markup.link(row["url"], row["url"]),
                "Found in": "found_in",
            },
            "Links of this paper",
        )
        components.below(found, "links")


def show(house: Warehouse) -> None:
    """Lay out the page."""
    result = papers.paper(house, papers.plain_id(st.query_params.get("paper", "")))
    paper = result.first
    if paper is None:
        st.title("Paper", anchor=False)
        components.note("This paper is not known here. Search finds those that are.")
        return
    components.heading(paper["title"])
    names(house, paper)
    claims = papers.scale_claims(house, paper["paper_id"]).rows if house.has(CLAIMS) else []
    left, right = st.columns([0.66, 0.34], gap="large")
    with left:
        abstract(paper, [claim["text_span"] for claim in claims])
        words = dict.fromkeys(f"{claim['text_span']} {claim['unit']}" for claim in claims)
        components.chips(paper | {"scale_claims": [*words]})
    with right:
        facts(paper)
    history(house, paper["paper_id"])
    linked(house, paper["paper_id"])
    similar = papers.similar(house, paper["paper_id"])
    if len(similar):
        st.header("Similar papers", anchor=False)
        components.cards(house, similar.rows, "Similar papers")
        components.below(similar, "similar", with_bibtex=True)
    st.header("Cite", anchor=False)
    st.code(bibtex.entry(paper), language="latex", wrap_lines=True)
    components.below(result, "paper", with_bibtex=True)


CLAIMS = "paper_scale_claims"

show(warehouse.current())
