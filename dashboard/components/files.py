"""What is shown, as SQL and as files."""

from __future__ import annotations

import io
from collections.abc import Callable

import pyarrow.csv
import pyarrow.parquet
import streamlit as st

from dashboard import bibtex, markup
from dashboard.data.warehouse import Result


def below(result: Result, name: str, *, with_bibtex: bool = False) -> None:
    """What stands below a chart or a table: its SQL, and what is shown as files.

    ``name`` is the files' name and has to be the page's own. Files are made when asked for.
    """
    with st.container(horizontal=True, gap="small"):
        with st.popover("Show SQL", icon=":material/code:"):
            st.code(result.sql, language="sql", wrap_lines=True)
            address = markup.page_link("sql", "Run it on the SQL page", {"query": result.sql})
            st.html(f'<p class="pt-meta">{address}</p>')
        _download("CSV", name, "csv", "text/csv", lambda: _csv(result))
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


def _csv(result: Result) -> bytes:
    # Arrow's CSV writer takes no nested columns: a list becomes one text, its items on "; ".
    flat = result.table
    for index, field in enumerate(flat.schema):
        if pyarrow.types.is_nested(field.type):
            texts = [
                None if items is None else "; ".join(map(str, items))
                for items in flat.column(index).to_pylist()
            ]
            flat = flat.set_column(index, field.name, pyarrow.array(texts, pyarrow.string()))
    sink = io.BytesIO()
    pyarrow.csv.write_csv(flat, sink)
    return sink.getvalue()


def _parquet(result: Result) -> bytes:
    sink = io.BytesIO()
    pyarrow.parquet.write_table(result.table, sink, compression="zstd")
    return sink.getvalue()


def _bibtex(result: Result) -> bytes:
    return "\n".join(bibtex.entry(row) for row in result.rows).encode()
