r"""The search grammar: what people type in the search box, in saved searches and subscriptions.

One parser and one translation to SQL, so the search page, the feeds and the digests answer the
same. What does not belong here: ranking, running queries, files.

A query is parts set apart by white space; a paper matches when every part holds:

=================  =================================================================
``diffusion``      the word, in title, abstract, authors or topics
``"low resource"`` the words in a row
``trans*``         a word that begins so
``author:name``    an author's name has these words; ``author:"Ada Lovelace"`` for several
``org:name``       the organization's id, or words of its name
``topic:name``     one of the paper's topics, whole; ``topic:"image segmentation"``
``category:cs.CL`` an arXiv category
``submitter:name`` who brought it to the hub
``after:2026-01``  first listed on that day, month or year, or later
``before:2026``    first listed before it
``has:code``       ``code`` or ``project``: the paper links one
``-part``          any of these, negated
=================  =================================================================

Case, accents and punctuation do not count: ``GPT-4`` is the two words in a row.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from orchestration.publish.facts import clean
from orchestration.publish.folding import Folded, fold, fold_text

__all__ = [
    "Folded",
    "Kind",
    "Part",
    "Query",
    "QueryError",
    "fold",
    "fold_text",
    "one_part",
    "parse_query",
    "part_text",
]

MAX_LENGTH: Final = 500
MAX_PARTS: Final = 30


class QueryError(ValueError):
    """The text is not a query; the message tells a person what to change."""


class Kind(StrEnum):
    """What a part asks for. The values of the fields are their names in the grammar."""

    WORDS = "words"
    PREFIX = "prefix"
    AUTHOR = "author"
    ORGANIZATION = "org"
    TOPIC = "topic"
    CATEGORY = "category"
    SUBMITTER = "submitter"
    AFTER = "after"
    BEFORE = "before"
    HAS = "has"


FIELDS: Final = tuple(kind.value for kind in Kind if kind not in (Kind.WORDS, Kind.PREFIX))

_LINKED: Final = {"code": "github_url is not null", "project": "project_url is not null"}

_PART = re.compile(
    r"""
    (?P<negated>-)?
    (?:(?P<field>[A-Za-z_]+):(?=[^\s:/]))?
    (?:"(?P<phrase>[^"]*)"|(?P<word>\S+))
    (?=\s|$)
    """,
    re.VERBOSE,
)
MADE_ANEW: Final = Folded()
_PLAIN_QUOTES: Final = str.maketrans("“”„«»", '"""""')  # what phones type
_NO_QUOTES: Final = dict.fromkeys([ord('"'), *_PLAIN_QUOTES], " ")
_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True)
class Part:
    """One condition: ``value`` is as typed, without quotes, ``*`` and field name."""

    kind: Kind
    value: str
    negated: bool = False

    def __str__(self) -> str:
        """The part as somebody would type it; parsed, it is this part again."""
        sign = "-" if self.negated else ""
        if self.kind is Kind.PREFIX:
            return f"{sign}{self.value}*"
        # Bare, a colon or a star would mean something. A quotation mark can only be within a word.
        is_bare = self.value.isalnum() or '"' in self.value
        value = self.value if is_bare else f'"{self.value}"'
        return f"{sign}{value}" if self.kind is Kind.WORDS else f"{sign}{self.kind}:{value}"

    @property
    def parameter(self) -> str | date | None:
        """What the condition is asked with; None when it needs no value."""
        match self.kind:
            case Kind.WORDS | Kind.AUTHOR | Kind.TOPIC:
                return fold_text(self.value)
            case Kind.PREFIX:
                return fold_text(self.value).rstrip()
            case Kind.AFTER | Kind.BEFORE:
                return _day(self.value)
            case Kind.HAS:
                return None
        return self.value

    def where(self, parameter: str, folded: Folded) -> str:
        """The condition in SQL; ``parameter`` is the placeholder of :attr:`parameter`."""
        sql = self._condition(parameter, folded)
        return f"not coalesce({sql}, false)" if self.negated else f"({sql})"

    def _condition(self, parameter: str, folded: Folded) -> str:
        # Looking for a space first means stopping at every word: the letters alone go first.
        found = f"contains({folded.words}, ltrim({parameter})) and contains({folded.words}, "
        match self.kind:
            case Kind.WORDS | Kind.PREFIX:
                return f"{found}{parameter})"
            case Kind.AUTHOR:
                return f"contains({folded.authors}, {parameter})"
            case Kind.TOPIC:
                return f"contains({folded.topics}, chr(31) || {parameter} || chr(31))"
            case Kind.ORGANIZATION:
                name = f"contains({fold('organization_name')}, {fold(parameter)})"
                return f"lower(organization_id) = lower({parameter}) or {name}"
            case Kind.SUBMITTER:
                return f"lower(submitter_username) = lower({parameter})"
            case Kind.CATEGORY:
                lower = "list_transform(categories, lambda category: lower(category))"
                in_list = f"list_contains({lower}, lower({parameter}))"
                return f"lower(primary_category) = lower({parameter}) or {in_list}"
            case Kind.AFTER:
                return f"coalesce(first_listed_on, published_on) >= {parameter}"
            case Kind.BEFORE:
                return f"coalesce(first_listed_on, published_on) < {parameter}"
            case Kind.HAS:
                return _LINKED[self.value.lower()]


@dataclass(frozen=True)
class Query:
    """A parsed query: its text and parts. An empty one matches every paper."""

    text: str
    parts: tuple[Part, ...]

    def where(
        self, folded: Folded = MADE_ANEW, prefix: str = "query_"
    ) -> tuple[str, dict[str, str | date]]:
        """The condition on a row with the columns of ``papers``, and its named parameters.

        Args:
            folded: the SQL of the folded text, e.g. the columns that hold it.
            prefix: how the parameters' names begin: ``$query_0``, ``$query_1``.
        """
        conditions, parameters = [], {}
        for number, part in enumerate(self.parts):
            name = f"{prefix}{number}"
            conditions.append(part.where(f"${name}", folded))
            if part.parameter is not None:
                parameters[name] = part.parameter
        return " and ".join(conditions) or "true", parameters

    @property
    def words(self) -> tuple[str, ...]:
        """The words, phrases and prefixes that must be there: what a page highlights or ranks."""
        return tuple(
            part.value
            for part in self.parts
            if part.kind in (Kind.WORDS, Kind.PREFIX) and not part.negated
        )


def one_part(kind: Kind, value: str) -> Query:
    """The query for one part, whatever strangers put into its value."""
    return Query(part_text(kind, value), (Part(kind, value),))


def part_text(kind: str, value: str) -> str:
    """A field with its value as somebody would type it; quotation marks can't be part of it."""
    return f'{kind}:"{clean(value.translate(_NO_QUOTES))}"'


def parse_query(text: str) -> Query:
    """Parse what somebody typed.

    Raises:
        QueryError: a quotation mark without partner, an unknown field, a value the field can't
            take, or too much text.
    """
    text = clean(text.translate(_PLAIN_QUOTES))
    if len(text) > MAX_LENGTH:
        raise QueryError(f"a query has at most {MAX_LENGTH} characters, this one {len(text)}")
    parts: list[Part] = []
    position = 0
    while position < len(text):
        match = _PART.match(text, position)
        if match is None or (match["word"] or "").startswith('"'):
            raise QueryError(f"the quotation mark has no partner: {text[position:][:40]}")
        position = match.end() + 1
        part = _part(match)
        # Punctuation alone ("&", "--") holds no word to look for.
        if any(character.isalnum() for character in part.value):
            parts.append(part)
    if len(parts) > MAX_PARTS:
        raise QueryError(f"a query has at most {MAX_PARTS} parts, this one {len(parts)}")
    return Query(text, tuple(parts))


def _part(match: re.Match[str]) -> Part:
    negated = match["negated"] is not None
    field, phrase, word = match["field"], match["phrase"], match["word"]
    value = phrase if phrase is not None else word
    if field is None:
        if phrase is None and word.endswith("*"):
            return Part(Kind.PREFIX, word.rstrip("*"), negated)
        return Part(Kind.WORDS, value, negated)
    name = field.lower()
    if name not in FIELDS:
        raise QueryError(
            f"there is no field {field}: (fields: {', '.join(FIELDS)});"
            f' to look for the words, put them in quotation marks: "{field}:{value}"'
        )
    if not any(character.isalnum() for character in value):
        raise QueryError(f"{name}: needs a value")
    kind = Kind(name)
    if kind in (Kind.AFTER, Kind.BEFORE):
        _day(value)
    if kind is Kind.HAS and value.lower() not in _LINKED:
        raise QueryError(f"has: takes {' or '.join(_LINKED)}, not {value}")
    return Part(kind, value, negated)


def _day(value: str) -> date:
    """The first day of a year, month or day."""
    if match := _DAY.fullmatch(value):
        with suppress(ValueError):
            return date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    raise QueryError(f"{value} is no date: write 2026-01-31, 2026-01 or 2026")
