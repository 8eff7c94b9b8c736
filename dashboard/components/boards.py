"""A leaderboard as a page. What does not belong here: whom it ranks, and its columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from dashboard.components.controls import leaderboard_controls, pages
from dashboard.components.files import below
from dashboard.components.tables import Cell, table
from dashboard.components.words import line, note, plural
from dashboard.data.paged import Board, leaderboard
from dashboard.data.warehouse import Warehouse

SHOWN: Final = 50
LEAST_PAPERS: Final = 2
OF_ALL_TIME: Final = frozenset(
    {"first_author_papers", "upvotes_median", "hub_h_index", "score_shrunk", "authors"}
)
"""Columns that no window changes."""


def leaderboard_page(house: Warehouse, board: Board, columns: Mapping[str, str | Cell]) -> None:
    """Lay out a leaderboard: controls, a table of ``columns`` (see :func:`table`), files."""
    st.title(board.table.capitalize(), anchor=False)
    wanted = leaderboard_controls(board.orders, LEAST_PAPERS)
    result = leaderboard(house, board, wanted, SHOWN)
    if not len(result):
        note(f"No {board.one} matches. Ask for fewer papers, or for a shorter name.")
        return
    matches = result.rows[0]["matches"]
    line([f"<strong>{matches:,}</strong> {plural(matches, board.one)}"])
    if wanted.months is not None:
        columns = {
            f"{words}, all time" if source in OF_ALL_TIME else words: source
            for words, source in columns.items()
        }
    table(result.rows, columns, f"Leaderboard of {board.table}", house)
    pages(matches, SHOWN)
    below(result, board.table)
