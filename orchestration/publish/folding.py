r"""Folded text: what remains of words when case, accents and punctuation do not count.

What does not belong here: the search grammar (``query.py``).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# \w without the underscore: letters and numbers of all scripts.
_BETWEEN_WORDS = re.compile(r"(?:[^\w\x1f]|_)+")


def fold(expression: str) -> str:
    """The SQL of an expression's folded text: lower case, no accents, words between spaces.

    The result begins and ends with a space, so ``contains(folded, ' word ')`` finds whole words.
    """
    return (
        f"' ' || trim(regexp_replace(lower(strip_accents({expression})), "
        r"'[^\pL\pN\x1f]+', ' ', 'g')) || ' '"
    )


def fold_text(text: str) -> str:
    """What :func:`fold` makes of a text, without a database; a test holds the two together.

    A pattern of all letters takes DuckDB milliseconds to read, again for each query.
    """
    plain = "".join(
        character
        for character in unicodedata.normalize("NFD", text)
        if not unicodedata.category(character).startswith("M")
    )
    lower = "".join(
        # Simple lower case, letter by letter, as SQL's: no letter becomes two.
        folded if len(folded := character.lower()) == 1 else character
        for character in unicodedata.normalize("NFC", plain)
    )
    return " " + _BETWEEN_WORDS.sub(" ", lower).strip(" ") + " "


def fold_list(column: str) -> str:
    """The SQL of a list's folded items, each between separators."""
    # A separator before and after each item lets one `contains` find whole items, too.
    joined = f"chr(31) || ' ' || array_to_string({column}, ' ' || chr(31) || ' ') || ' ' || chr(31)"
    return fold(joined)


@dataclass(frozen=True)
class Folded:
    """The SQL of a paper's folded text: all words, its authors' names and its topics.

    By default made from the columns of ``papers``. Folding 14,000 abstracts takes a second, so
    whoever asks more than once keeps the three in columns.
    """

    words: str = fold(
        "concat_ws(' ' || chr(31) || ' ', title, abstract,"
        " array_to_string(authors, ' ' || chr(31) || ' '),"
        " array_to_string(topics, ' ' || chr(31) || ' '))"
    )
    authors: str = fold_list("authors")
    topics: str = fold_list("topics")
