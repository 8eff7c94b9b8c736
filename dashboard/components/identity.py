"""How sure it is who an author is: in words, as a mark, as a table.

What does not belong here: how identities are found (dbt's ``int_authors__identified``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from dashboard import markup
from dashboard.components.cards import author_link
from dashboard.components.tables import table
from dashboard.components.words import plural

CERTAIN: Final = 0.95
METHODS: Final = {
    "reviewed": "A person looked at it and said so.",
    "hub username": "One hub account, whose holder confirmed being the author.",
    "submitter": "The submitter of a paper has this author's name.",
    "team": "A team signs under one name.",
    "shared evidence": "The same name, and a co-author, submitter or organization in common.",
    "rare name": "A name so rare that two people hardly share it.",
    "only mention": "One line of one paper; there is nothing to link.",
    "kept apart": "The same name as others, with too little in common to be joined.",
    "different accounts": "The same name, and each has a hub account of their own.",
    "too little evidence": "The same name, with too little in common to be joined.",
    "same paper": "The name stands twice on one paper, and nobody is on a paper twice.",
}

Row = Mapping[str, Any]


def reason(method: str) -> str:
    """Why lines are taken for one person, or not."""
    return METHODS.get(method, f"Found by: {method}.")


def how_sure(method: str, confidence: float | None) -> str:
    """A confidence in words; empty when the version shown does not tell."""
    if confidence is None:
        return ""
    if confidence >= CERTAIN:
        return f"{_percent(confidence)} sure."
    if method == "kept apart":
        return f"Open: {_percent(confidence)} sure to be another person than the namesakes."
    return f"Possible: {_percent(confidence)} sure, not certain."


def author_names(lines: Sequence[Row]) -> str:
    """Author lines as names that lead to the person, those who are not certain marked, as HTML."""
    return ", ".join(
        markup.page_link("author", line["name_as_listed"], {"author": line["author_id"]})
        + _mark(line)
        for line in lines
    )


def _mark(line: Row) -> str:
    sure = line.get("identity_confidence")
    if sure is None or sure >= CERTAIN:
        return ""
    method = line["identity_method"]
    words = markup.text(f"{how_sure(method, sure)} {reason(method)}")
    return (
        f'<span class="pt-unsure" title="{words}"><span aria-hidden="true">?</span>'
        '<span class="pt-sr"> (not certain)</span></span>'
    )


def identities(lines: Sequence[Row]) -> None:
    """Each author line with how sure its person is and why, folded away."""
    known = [line for line in lines if line.get("identity_confidence") is not None]
    if not known:
        return
    unsure = sum(line["identity_confidence"] < CERTAIN for line in known)
    words = f"{unsure:,} of {len(known):,} not certain" if unsure else "all sure"
    rows = "".join(
        f"<tr><td>{markup.text(line['name_as_listed'])}</td><td>{_meter(line['identity_confidence'])}</td>"
        f"<td>{markup.text(reason(line['identity_method']))}</td>"
        f"<td>{markup.text(', '.join(line.get('identity_evidence') or []))}</td></tr>"
        for line in known
    )
    st.html(
        f'<details class="pt-more"><summary>Who they are: {words}</summary>'
        '<div class="pt-wrap" tabindex="0" role="region" aria-label="How sure each author is">'
        '<table class="pt-table"><thead><tr><th scope="col">Author</th><th scope="col">Sure</th>'
        '<th scope="col">Why</th><th scope="col">In common</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div></details>"
    )


def namesakes(rows: Sequence[Row]) -> None:
    """Whose lines were joined and who of the same name was kept apart, with why, as a table."""
    table(
        rows,
        {
            "Name": lambda row: (
                author_link(row) if row["decision"] == "kept apart" else markup.text(row["name"])
            ),
            "Papers": "papers",
            "Decision": lambda row: f'<span class="pt-when">{row["decision"]}</span>',
            "Why": _why,
            "One person?": lambda row: _meter(row["confidence"]),
        },
        "Names joined and kept apart",
    )


def _why(row: Row) -> str:
    words, shared = reason(row["reason"]), row["shared_coauthors"]
    return markup.text(
        f"{words} {shared:,} {plural(shared, 'co-author')} in common." if shared else words
    )


def _meter(sure: float) -> str:
    share = _percent(sure)
    kind = "" if sure >= CERTAIN else " pt-possible"
    return (
        f'<span class="pt-when"><span class="pt-meter{kind}"><i style="width:{share}"></i></span>'
        f"{share}</span>"
    )


def _percent(share: float) -> str:
    # Never rounded up to certainty, nor a possible identity to a sure one.
    return f"{int(share * 100 + 1e-9)}%"
