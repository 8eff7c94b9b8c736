"""Rows as tables and numbers, with what each metric means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import streamlit as st

from dashboard import markup
from dashboard.components.words import term
from dashboard.data import glossary
from dashboard.data.warehouse import Warehouse

LIST_SHOWN: Final = 3

Row = Mapping[str, Any]
Cell = Callable[[Row], str]


def table(
    rows: Sequence[Row],
    columns: Mapping[str, str | Cell],
    label: str,
    house: Warehouse | None = None,
) -> None:
    """Rows as a table that reads well with a keyboard and a screen reader.

    ``columns`` maps a heading to the row's key (shown as text, numbers right-aligned) or to a
    function that gives the cell's HTML from the row, made with :mod:`dashboard.markup`. A key that
    the version shown does not have yet is left out. With ``house`` a heading explains its metric.
    """
    known = rows[0].keys() if rows else ()
    columns = {
        heading: source
        for heading, source in columns.items()
        if callable(source) or source in known
    }
    meanings = glossary.definitions(house) if house else {}
    head = "".join(
        f'<th scope="col"{" class=pt-number" if _is_number(rows, source) else ""}>'
        f"{term(words, meanings.get(source, '') if isinstance(source, str) else '')}</th>"
        for words, source in columns.items()
    )
    body = "".join(
        "<tr>" + "".join(_cell(row, source) for source in columns.values()) + "</tr>"
        for row in rows
    )
    st.html(
        f'<div class="pt-wrap" tabindex="0" role="region" aria-label="{markup.text(label)}">'
        f'<table class="pt-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _is_number(rows: Sequence[Row], source: str | Cell) -> bool:
    if callable(source):
        return False
    values = (row[source] for row in rows)
    first = next((value for value in values if value is not None), None)
    return isinstance(first, int | float) and not isinstance(first, bool)


def _cell(row: Row, source: str | Cell) -> str:
    if callable(source):
        return f"<td>{source(row)}</td>"
    value = row[source]
    if isinstance(value, bool):
        return f"<td>{'yes' if value else 'no'}</td>"
    if isinstance(value, int):
        return f'<td class="pt-number">{number(value)}</td>'
    if isinstance(value, float):
        return f'<td class="pt-number">{number(value)}</td>'
    if isinstance(value, datetime):
        return f'<td class="pt-when">{value:%Y-%m-%d %H:%M}</td>'
    if isinstance(value, date):
        return f'<td class="pt-when">{value}</td>'
    if isinstance(value, list):
        return f"<td>{markup.text(', '.join(map(str, value[:LIST_SHOWN])))}</td>"
    return f"<td>{markup.text(value)}</td>"


def metrics(house: Warehouse, row: Row, columns: Mapping[str, str]) -> None:
    """Numbers of a row side by side, each explained by the glossary; unknown ones are left out.

    ``columns`` maps a column to the words above its number.
    """
    meanings = glossary.definitions(house)
    known = {name: words for name, words in columns.items() if row.get(name) is not None}
    with st.container(horizontal=True, key="metrics"):
        for name, words in known.items():
            st.metric(words, number(row[name]), help=meanings.get(name) or None, border=True)


def number(value: float) -> str:
    """A number as people read it, e.g. ``1,234`` or ``0.57``."""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")
