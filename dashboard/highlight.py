"""Marking the words of a search in a paper's text, as safe HTML.

What does not belong here: finding papers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dashboard import markup

SNIPPET_CHARACTERS: Final = 420

_WORD: Final = re.compile(r"[^\W_]+")
_WANTED: Final = re.compile(r"[^\W_]+\*?")


def marked(row: Mapping[str, Any], words: Sequence[str]) -> dict[str, Any]:
    """The row with ``title_html`` and ``abstract_html``, in which the words found are marked."""
    wanted = {folded(word) for phrase in words for word in _WANTED.findall(phrase)}
    title = markup.page_link("paper", row["title"], {"paper": row["paper_id"]})
    label = markup.text(row["title"])
    abstract = row.get("abstract") or ""
    return {
        **row,
        "title_html": title.replace(f">{label}<", f">{html(row['title'], wanted)}<"),
        "abstract_html": html(snippet(abstract, wanted), wanted),
    }


def folded(word: str) -> str:
    """A word without case and accents, as the search compares it."""
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).lower()


def is_wanted(word: str, wanted: set[str]) -> bool:
    """Whether ``word`` is one of the folded ``wanted``; one with a star is a beginning."""
    plain = folded(word)
    return plain in wanted or any(
        plain.startswith(begin[:-1]) for begin in wanted if begin.endswith("*")
    )


def html(text: str, wanted: set[str]) -> str:
    """``text`` escaped, with the wanted words marked."""
    parts = []
    position = 0
    for match in _WORD.finditer(text):
        if is_wanted(match[0], wanted):
            parts.append(markup.text(text[position : match.start()]))
            parts.append(f"<mark>{markup.text(match[0])}</mark>")
            position = match.end()
    return "".join(parts) + markup.text(text[position:])


def snippet(text: str, wanted: set[str]) -> str:
    """The stretch of ``text`` around its first wanted word, cut at spaces."""
    first = next(
        (match.start() for match in _WORD.finditer(text) if is_wanted(match[0], wanted)), 0
    )
    if first < SNIPPET_CHARACTERS // 2:
        return text
    start = text.rfind(" ", 0, first - SNIPPET_CHARACTERS // 4) + 1
    return "… " + text[start:]


def spans(text: str, wanted: Sequence[str]) -> str:
    """``text`` escaped, with each of the exact pieces ``wanted`` marked wherever it stands."""
    pieces = sorted({piece for piece in wanted if piece}, key=len, reverse=True)
    if not pieces:
        return markup.text(text)
    parts = re.split("(" + "|".join(map(re.escape, pieces)) + ")", text)
    return "".join(
        f"<mark>{markup.text(part)}</mark>" if index % 2 else markup.text(part)
        for index, part in enumerate(parts)
    )
