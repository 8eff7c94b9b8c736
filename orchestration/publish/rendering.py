"""The Jinja2 environment of feeds, mails and the pages behind a mail's links.

HTML templates escape everything put into them; text templates (``.txt``) are plain text. What does
not belong here: what is rendered (``feeds.py``, ``digests.py``, ``letters.py``).
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from orchestration.publish.facts import Paper

MADE_UP: Final = "These papers are made up: the data is a demonstration."

AUTHORS_SHOWN: Final = 3
ABSTRACT_SHOWN: Final = 320


def authors_line(paper: Paper) -> str:
    """The first authors and how many more there are."""
    shown = paper.authors[:AUTHORS_SHOWN]
    more = paper.author_count - len(shown)
    if not shown:
        return plural(paper.author_count, "author") if paper.author_count else ""
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")


def shortened(text: str, length: int = ABSTRACT_SHOWN) -> str:
    """The text's beginning, cut between words."""
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(" ,.;:") + " …"


def plural(count: int, thing: str) -> str:
    """A count with its noun."""
    return f"{count:,} {thing}" + ("" if count == 1 else "s")


def day_words(day: date) -> str:
    """A date as people read it, e.g. ``Fri 20 Nov 2026``."""
    return f"{day:%a} {day.day} {day:%b %Y}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("orchestration.publish"),
        autoescape=select_autoescape(("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.filters |= {
        "authors_line": authors_line,
        "shortened": shortened,
        "plural": plural,
        "day_words": day_words,
    }
    return environment


def render(template: str, **values: Any) -> str:
    """Render one of ``templates/``; a missing value is an error."""
    return _environment().get_template(template).render(**values)
