"""What is shown, as SQL and as files."""

from __future__ import annotations

import io
from collections.abc import Callable

import pyarrow.csv
import pyarrow.parquet
import streamlit as st

from dashboard import bibtex, markup
from dashboard.data.warehouse import Result


def below(result: Result, name: str, *, with_bibtex: bool = False, label: str = "Show SQL") -> None:
    """What stands below a chart or a table: its SQL, and what is shown as files.

    ``name`` is the files' name and has to be the page's own. Files are made when asked for.
    """
    with st.container(horizontal=True, gap="small"):
        with st.popover(label, icon=":material/code:"):
            address = markup.page_link("sql", "Run it on the SQL page", {"query": result.sql})
            st.html(f'<p class="pt-meta">{address}</p>')
            st.code(result.sql, language="sql", wrap_lines=True)
        _download("CSV", name, "csv", "text/csv", lambda: csv(result.table))
        _download("Parquet", name, "parquet", "application/octet-stream", lambda: _parquet(result))
        if with_bibtex:
            _download("BibTeX", name, "bib", "text/x-bibtex", lambda: _bibtex(result))


def _download(label: str, name: str, suffix: str, mime: str, make: Callable[[], bytes]) -> None:
    st.download_button(
        label,
        make,
        f"papertide-{name}.{suffix}",
        mime,
        key=f"download-{name}-{suffix}",
        icon=":material/download:",
        on_click="ignore",
    )


def csv(table: pyarrow.Table) -> bytes:
    """A table as CSV; what Arrow can't write as a value stands there as text."""
    flat = table
    for index, field in enumerate(flat.schema):
        if not _fits_csv(field.type):
            texts = [_text(value) for value in flat.column(index).to_pylist()]
            flat = flat.set_column(index, field.name, pyarrow.array(texts, pyarrow.string()))
    sink = io.BytesIO()
    pyarrow.csv.write_csv(flat, sink)
    return sink.getvalue()


def _fits_csv(kind: pyarrow.DataType) -> bool:
    """Whether Arrow's CSV writer takes it: nothing nested, no bytes, no spans of time."""
    types = pyarrow.types
    return kind != pyarrow.month_day_nano_interval() and (
        types.is_primitive(kind)
        or types.is_string(kind)
        or types.is_decimal(kind)
        or types.is_dictionary(kind)
        or types.is_null(kind)
    )


def _text(value: object) -> str | None:
    """A value as one text; a list's items stand on "; "."""
    if isinstance(value, list):
        return "; ".join(_text(item) or "" for item in value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, pyarrow.MonthDayNano):
        return f"{value.months} months {value.days} days {value.nanoseconds / 1e9:g} seconds"
    return None if value is None else str(value)


def _parquet(result: Result) -> bytes:
    sink = io.BytesIO()
    pyarrow.parquet.write_table(result.table, sink, compression="zstd")
    return sink.getvalue()


def _bibtex(result: Result) -> bytes:
    return "\n".join(bibtex.entry(row) for row in result.rows).encode()
