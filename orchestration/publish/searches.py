"""Saved searches: small YAML files that people write by hand or the dashboard writes for them.

``PAPERTIDE_HOME/searches/<slug>.yml``, one search a file::

    name: Speech in small languages
    query: speech "low resource" after:2026
    order: newest
    limit: 50

What does not belong here: the grammar of ``query`` (``query.py``) and finding papers
(``readings.py``).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
)

from orchestration.files import write_atomically
from orchestration.publish.facts import clean
from orchestration.publish.query import Query, parse_query

MAX_SEARCHES: Final = 500
"""Searches the dashboard may save; files written by hand are not counted against anybody."""

SUFFIXES: Final = (".yml", ".yaml")
"""What a search's file may end in; the dashboard writes the first."""

DEFAULT_PAPERS: Final = 50
MOST_PAPERS: Final = 200
"""Papers of a search's feed."""

Order = Literal["score", "upvotes", "newest"]

ORDERS: Final[dict[Order, str]] = {
    "score": "score desc nulls last, upvotes desc nulls last, paper_id",
    "upvotes": "upvotes desc nulls last, paper_id",
    "newest": "coalesce(first_listed_on, published_on) desc nulls last, paper_id desc",
}
"""Each order's SQL on columns of ``papers``; the paper's id makes it total."""

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MAX_SLUG = 60


class SearchError(ValueError):
    """A saved search can't be used; the message names the file, the field and the reason."""


def _query(text: str) -> str:
    return parse_query(text).text


class SavedSearch(BaseModel):
    """A search with a name: what a feed or a digest is made of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    query: Annotated[str, AfterValidator(_query)]
    order: Order = "score"
    limit: int = Field(DEFAULT_PAPERS, ge=1, le=MOST_PAPERS)

    @field_validator("name", mode="before")
    @classmethod
    def _fit_for_a_title(cls, name: object) -> object:
        # A feed's title can't hold every character.
        return clean(name) if isinstance(name, str) else name

    @property
    def parsed(self) -> Query:
        """The query, parsed."""
        return parse_query(self.query)


@dataclass(frozen=True)
class SearchFile:
    """A saved search with the name of its file, which is also its feed's."""

    slug: str
    search: SavedSearch


def read_search(path: Path) -> SearchFile:
    """Read one file.

    Raises:
        SearchError: no such file, no YAML mapping, or a field of the wrong form.
    """
    if not _SLUG.fullmatch(path.stem):
        raise SearchError(
            f"{path.name}: a file name is small letters, digits and single hyphens,"
            " such as small-languages.yml"
        )
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SearchError(f"{path.name}: can't be read: {error}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" in line {mark.line + 1}" if mark else ""
        raise SearchError(f"{path.name}: not YAML{place}") from None
    if not isinstance(content, dict):
        raise SearchError(f"{path.name}: needs at least the lines 'name: …' and 'query: …'")
    try:
        return SearchFile(path.stem, SavedSearch.model_validate(content))
    except ValidationError as error:
        raise SearchError(f"{path.name}: {_in_words(error)}") from None


def search_files(folder: Path) -> list[Path]:
    """The files of all searches in a folder, also of those that can't be used."""
    return sorted(path for suffix in SUFFIXES for path in folder.glob(f"*{suffix}"))


def read_searches(folder: Path) -> tuple[list[SearchFile], list[str]]:
    """All searches in a folder by slug, and what is wrong with the files that are none."""
    searches, problems = [], []
    for path in search_files(folder):
        try:
            searches.append(read_search(path))
        except SearchError as error:
            problems.append(str(error))
    taken: set[str] = set()
    for search in list(searches):
        if search.slug in taken:
            problems.append(f"{search.slug}.yml: there is a {search.slug}.yaml too; remove one")
            searches.remove(search)
        taken.add(search.slug)
    return searches, problems


def validate_search(
    name: str, query: str, order: str = "score", limit: int = DEFAULT_PAPERS
) -> SavedSearch:
    """A search from what somebody filled in.

    Raises:
        SearchError: a field of the wrong form.
    """
    try:
        return SavedSearch.model_validate(
            {"name": name, "query": query, "order": order, "limit": limit}
        )
    except ValidationError as error:
        raise SearchError(_in_words(error)) from None


def save_search(folder: Path, search: SavedSearch) -> SearchFile:
    """Write a search under a name made from its own; the same search twice is one file.

    Raises:
        SearchError: another search has that name, or too many are saved.
    """
    slug = slug_of(search.name)
    for known in (folder / f"{slug}{suffix}" for suffix in SUFFIXES):
        if not known.exists():
            continue
        if read_search(known).search == search:
            return SearchFile(slug, search)
        raise SearchError(f"there is another search named {slug}: choose another name")
    if len(search_files(folder)) >= MAX_SEARCHES:
        raise SearchError(f"{MAX_SEARCHES} searches are saved, which is the most")
    content = yaml.safe_dump(search.model_dump(), sort_keys=False, allow_unicode=True)
    write_atomically(folder / f"{slug}{SUFFIXES[0]}", content.encode())
    return SearchFile(slug, search)


def slug_of(name: str) -> str:
    """A file name from a search's name.

    Raises:
        SearchError: the name has no letter or digit a file name could be made of.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain)[:_MAX_SLUG].strip("-")
    if not slug:
        raise SearchError("a search's name needs a letter of a to z, or a digit")
    return slug


def _in_words(error: ValidationError) -> str:
    problems = []
    for problem in error.errors():
        field = str(problem["loc"][0]) if problem["loc"] else "search"
        problems.append(f"{field}: {problem['msg'].removeprefix('Value error, ')}")
    return "; ".join(problems)
