"""Short pieces of text: headings, notes, dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import streamlit as st

from dashboard import markup


def heading(words: str) -> None:
    """A page's title when it is upstream text."""
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


def day_words(day: date | datetime | None) -> str:
    """A date as people read it, e.g. ``Fri 20 Nov 2026``; empty for None."""
    return f"{day:%a} {day.day} {day:%b %Y}" if day else ""
