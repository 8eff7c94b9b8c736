"""A paper as a BibTeX entry. What does not belong here: reading papers, showing them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

# What TeX would read as a command. A title's own LaTeX stays only between two dollar signs.
_SPECIAL: Final = {"&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}"}
_SPECIALS: Final = re.compile(r"(?<!\\)[&%#_{}$]")
# "$1 Million" opens no formula: a closing dollar sign has no space before it and no digit after.
_MATHS: Final = re.compile(r"(\$(?=\S)[^$]*(?<=\S)\$(?!\d))")


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
        "author": " and ".join(_escaped(name) for name in authors),
        "year": str(year),
        "doi": paper.get("doi"),
        "url": paper.get("arxiv_url") or paper.get("hub_url"),
    }
    if paper.get("arxiv_url"):
        fields |= {
            "eprint": identifier,
            "archivePrefix": "arXiv",
            "primaryClass": paper.get("primary_category"),
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
    return _SPECIAL.get(match[0], "\\" + match[0])
