"""One author: who this is, how sure that is, with whom and on what they work, and their papers."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import address, charts, components, markup
from dashboard.components.special import special_topics
from dashboard.data import people, search, trends, warehouse
from dashboard.data.warehouse import Warehouse


def identity(house: Warehouse, author: dict[str, Any]) -> None:
    """Why these lines are taken for one person, and the names they have."""
    words = [
        "A team, not one person." if author.get("is_team") else "",
        components.reason(author["identity_method"]),
        components.how_sure(author["identity_method"], author.get("identity_confidence")),
    ]
    names = people.names_of(house, author["author_id"])
    hidden = people.hidden_papers_of(house, author["author_id"])
    listed = ", ".join(f"{row['name_as_listed']} ({row['papers']:,})" for row in names.rows)
    account = author["hub_username"]
    rows = {
        "One person?": markup.text(" ".join(filter(None, words))),
        "Names used": markup.text(listed),
        "Not shown": f"{hidden:,} {components.plural(hidden, 'paper')} on which the hub hides this"
        " author, counted in the numbers below."
        if hidden
        else "",
        "Hub account": markup.link(f"https://huggingface.co/{account}", account) if account else "",
        "Organization": components.organization_link(author),
        "Active": f"{components.day_words(author['first_paper_on'])}"
        f" to {components.day_words(author['last_paper_on'])}",
    }
    inner = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows.items() if value)
    st.html(f'<dl class="pt-facts">{inner}</dl>')


def company(house: Warehouse, author: dict[str, Any]) -> None:
    """Co-authors as a graph, topics over time."""
    others = people.coauthors_of(house, author["author_id"])
    topics = people.topics_of(house, author["author_id"])
    left, right = st.columns([0.6, 0.4], gap="large")
    if len(others):
        with left:
            st.header("Co-authors", anchor=False)
            among = people.links_among(house, tuple(row["author_id"] for row in others.rows))
            st.altair_chart(
                charts.coauthors(author["name"], others.rows, among.rows),
                alt=f"The {len(others)} authors most papers were written with",
            )
            with st.expander(f"All {len(others)} as a table"):
                components.table(
                    others.rows,
                    {
                        "Co-author": components.author_link,
                        "Papers together": "papers",
                        "From": "first_paper_on",
                        "To": "last_paper_on",
                    },
                    "Co-authors",
                )
            components.below(others, "coauthors")
    if len(topics):
        with right:
            st.header("Topics", anchor=False)
            st.altair_chart(charts.topics_by_year(topics.table), alt="Topics by year")
            components.below(topics, "author-topics")


def namesakes(house: Warehouse, author_id: str) -> None:
    """Who of the same name this is, and who is somebody else."""
    if not house.has("author_links"):
        return
    found = people.namesakes_of(house, author_id)
    if len(found):
        st.header("Namesakes", anchor=False)
        components.namesakes(found.rows)
        components.below(found, "namesakes")


def show(house: Warehouse) -> None:
    """Lay out the page."""
    author = people.author(house, st.query_params.get("author", "")).first
    if author is None:
        st.title("Author", anchor=False)
        components.note("There is no such author here. The Authors page lists everybody.")
        return
    components.heading(author["name"])
    identity(house, author)
    components.metrics(
        house,
        author,
        {
            "papers": "Papers",
            "first_author_papers": "First author",
            "upvotes_total": "Upvotes in all",
            "hub_h_index": "h-index",
            "coauthors": "Co-authors",
            "rising_eb05": "Rising",
        },
    )
    company(house, author)
    namesakes(house, author["author_id"])
    if house.has("what_is_special"):
        special_topics(house, trends.special(house, "author", author["author_id"]))
    st.header("Papers", anchor=False)
    page = address.page_number()
    papers = people.papers_of(house, author["author_id"], page, search.PAPERS_SHOWN)
    components.paged_cards(house, papers, search.PAPERS_SHOWN, "author-papers")


show(warehouse.current())
