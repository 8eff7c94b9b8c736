"""A paper as a BibTeX entry. What does not belong here: reading papers, showing them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

# What TeX would read as a command. A title's own LaTeX stays only between two dollar signs.
# Braces get names: BibTeX counts them, escaped ones too, to find the end of a field.
_NAMED: Final = {
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_SPECIALS: Final = re.compile(r"\\?[&%#_{}$]|[\\~^]")
# "$1 Million" opens no formula: a closing dollar sign has no space before it and no digit after.
_MATHS: Final = re.compile(r"((?<!\\)\$(?=\S)[^$]*(?<=[^\s\\])\$(?!\d))")
_SPLITS: Final = re.compile(r"(?i)(^|\s)and(\s|$)|,")
_NOT_PLAIN: Final = re.compile(r"[{}\\\s]")


def entry(paper: Mapping[str, Any]) -> str:
    """The entry of a row of ``papers``; ends with a line break.

    Its key is made of the first author's last name, the year and the paper's id, so that it is
    the same each time and never twice in one file.
    """
    authors = paper.get("authors") or []
    published = paper.get("published_on")
    identifier = str(paper["paper_id"])
    surname = (
        re.sub(r"[^a-z]", "", authors[0].split()[-1].lower())
        if authors and authors[0].split()
        else ""
    )
    year = published.year if published else ""
    fields = {
        "title": "{" + _escaped(paper["title"]) + "}",
        "author": " and ".join(_name(name) for name in authors),
        "year": str(year),
        "doi": _plain(paper.get("doi")),
        "url": _plain(paper.get("arxiv_url") or paper.get("hub_url")),
    }
    if paper.get("arxiv_url"):
        fields |= {
            "eprint": _plain(identifier),
            "archivePrefix": "arXiv",
            "primaryClass": _plain(paper.get("primary_category")),
        }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    key = re.sub(r"[^A-Za-z0-9.]", "-", f"{surname}{year}-{identifier}")
    return f"@misc{{{key},\n{lines}}}\n"


def _escaped(words: str) -> str:
    return "".join(
        part if index % 2 and part.count("{") == part.count("}") else _SPECIALS.sub(_escape, part)
        for index, part in enumerate(_MATHS.split(" ".join(words.split())))
    )


def _escape(match: re.Match[str]) -> str:
    sign = match[0][-1]
    return _NAMED.get(sign, "\\" + sign)


def _name(words: str) -> str:
    # BibTeX splits names at "and" and turns them round at a comma; braces keep one whole.
    name = _escaped(words)
    return f"{{{name}}}" if _SPLITS.search(name) else name


def _plain(value: str | None) -> str | None:
    return _NOT_PLAIN.sub("", value) if value else None
