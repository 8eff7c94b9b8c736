"""Short pieces of text: headings, notes, dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import streamlit as st

from dashboard import markup
from dashboard.data import glossary
from dashboard.data.warehouse import Warehouse


def heading(words: str) -> None:
    """A page's title when it is upstream text; the browser's tab has it too."""
    st.set_page_config(f"{words} · Papertide")
    st.html(f'<h1 class="pt-title">{markup.text(words)}</h1>')


def note(words: str) -> None:
    """A quiet remark, shown as plain text."""
    st.html(f'<div class="pt-note">{markup.text(words)}</div>')


def caption(words: str) -> None:
    """What a chart shows, in small print."""
    st.html(f'<p class="pt-meta">{markup.text(words)}</p>')


def line(parts: Sequence[str]) -> None:
    """A line of short facts; each part is HTML made with :mod:`dashboard.markup`."""
    st.html(f'<p class="pt-line">{" · ".join(part for part in parts if part)}</p>')


def plural(count: int, one: str) -> str:
    """The word for ``count`` of them, e.g. ``paper`` or ``papers``."""
    return one if count == 1 else f"{one}s"


def term(words: str, meaning: str) -> str:
    """Words that explain themselves when pointed at, as HTML."""
    if not meaning:
        return markup.text(words)
    return f'<abbr title="{markup.text(meaning)}" tabindex="0">{markup.text(words)}</abbr>'


def terms(house: Warehouse, metrics: Mapping[str, str]) -> None:
    """A line of metrics (metric to words), each with what the glossary says of it."""
    meanings = glossary.definitions(house)
    known = [term(words, meanings[name]) for name, words in metrics.items() if name in meanings]
    if known:
        st.html(f'<p class="pt-meta pt-terms">What it means: {" · ".join(known)}</p>')


def day_words(day: date | datetime | None) -> str:
    """A date as people read it, e.g. ``Fri 20 Nov 2026``; empty for None."""
    return f"{day:%a} {day.day} {day:%b %Y}" if day else ""
