"""The grammar of a listing page as plain text: lines to cards.

A card is a title, an abstract and mostly a footer (who, when, comments); everything else on the
page is its header or not a card. What does not belong here: files, bytes, HTML, the lake's rows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HEADER_LINES = frozenset(
    {
        "new",
        "get trending papers in your email inbox!",
        "subscribe",
        "daily papers",
        "byak and the research community",
        "by ak and the research community",
    }
)
LONGEST_TITLE = 400
SHORTEST_ABSTRACT = 100

_DAY = rf"(?P<month>{'|'.join(MONTHS)}) (?P<day>[0-9]{{1,2}})(?:, (?P<year>[0-9]{{4}}))?"
_PAGE_DATE = re.compile(_DAY)
_FOOTER = re.compile(
    r"(?:(?:• ?)?(?P<authors>[0-9]{1,6}) authors?|(?P<organization>.{1,200}?))"
    rf" · {_DAY}(?: (?P<comments>[0-9]{{1,9}}))?"
)


class PageDateError(ValueError):
    """A month, day and year that make no date."""


@dataclass(frozen=True)
class Day:
    """A date as a page shows it: without its year when that is the page's own."""

    month: int
    day: int
    year: int | None

    def on(self, year: int) -> date:
        """The date, in ``year`` when the page shows none.

        Raises:
            PageDateError: there is no such day.
        """
        try:
            return date(self.year or year, self.month, self.day)
        except ValueError:
            raise PageDateError(
                f"{MONTHS[self.month - 1]} {self.day}, {self.year or year} is no date"
            ) from None

    def latest_year(self, until: date) -> int:
        """The newest year in which this day exists and is not after ``until``.

        Raises:
            PageDateError: no year of the last eight has such a day.
        """
        for year in range(until.year, until.year - 9, -1):
            try:
                if date(year, self.month, self.day) <= until:
                    return year
            except ValueError:
                continue
        raise PageDateError(f"{MONTHS[self.month - 1]} {self.day} is no date")


@dataclass(frozen=True)
class Footer:
    """The last lines of a card; ``line`` is the 1-based line it begins on."""

    line: int
    text: str
    authors: int | None
    organization: str | None
    day: Day
    comments: int | None


@dataclass(frozen=True)
class Card:
    """One paper of a page; ``line`` is the 1-based line its title stands on."""

    line: int
    title: str
    abstract: str | None
    footer: Footer | None


@dataclass(frozen=True)
class Leftover:
    """Text between cards that is none; ``line`` is the 1-based line it begins on."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True)
class _Block:
    line: int
    text: str


def fold_space(text: str) -> str:
    """White space of any kind, line breaks included, folded to single spaces."""
    return " ".join(text.split())


def fold_title(title: str) -> str:
    """What two spellings of one title have in common: NFKC, case, white space and punctuation."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return re.sub(r"[\W_]+", " ", folded).strip()


def organization_name(shown: str) -> str:
    """The name in an organization footer, where the logo's alternative text comes before it."""
    words = shown.split()
    half = len(words) // 2
    first, second = " ".join(words[:half]), " ".join(words[half:])
    return second if first.casefold() == second.casefold() else " ".join(words)


def read_cards(text: str) -> tuple[Day | None, list[Card], list[Leftover]]:
    """Split a page's text into its date, its cards in order and what is neither.

    Every line that is not blank, a header line or the page's date ends in exactly one card or one
    leftover.
    """
    page_day: Day | None = None
    cards: list[Card] = []
    leftovers: list[Leftover] = []
    for number, (blocks, footer) in enumerate(_segments(text)):
        if number == 0 and footer is not None:
            page_day, blocks = _without_header(blocks)
        found, left = _cards_of(blocks, footer)
        cards += found
        leftovers += left
    return page_day, cards, leftovers


def _segments(text: str) -> Iterator[tuple[list[_Block], Footer | None]]:
    """The blocks before each footer, then those after the last one (with None)."""
    lines = [
        (number, line)
        for number, line in enumerate(
            map(fold_space, text.replace("\r\n", "\n").replace("\r", "\n").split("\n")), start=1
        )
    ]
    blocks: list[_Block] = []
    paragraph: list[tuple[int, str]] = []

    def close() -> None:
        if paragraph:
            blocks.append(_Block(paragraph[0][0], " ".join(line for _, line in paragraph)))
            paragraph.clear()

    index = 0
    while index < len(lines):
        number, line = lines[index]
        footer, taken = _footer_at(lines, index)
        if footer is not None:
            close()
            yield blocks, footer
            blocks = []
            index += taken
            continue
        if line:
            paragraph.append((number, line))
        else:
            close()
        index += 1
    close()
    yield blocks, None


def _footer_at(lines: list[tuple[int, str]], index: int) -> tuple[Footer | None, int]:
    """The footer that begins at this line, on one line or on three, and how many lines it takes."""
    number, line = lines[index]
    if match := _FOOTER.fullmatch(line):
        return _footer(number, match), 1
    # Who, the dot alone, the date: three lines with at most blank ones between them.
    shown = [line] if line else []
    for offset, (_, following) in enumerate(lines[index + 1 : index + 8], start=1):
        if not shown or (following and len(shown) == 1 and following != "·"):
            break
        if following:
            shown.append(following)
        if len(shown) == 3:
            match = _FOOTER.fullmatch(" ".join(shown))
            return (_footer(number, match), offset + 1) if match else (None, 0)
    return None, 0


def _footer(line: int, match: re.Match[str]) -> Footer:
    organization = match["organization"]
    return Footer(
        line=line,
        text=match[0],
        authors=int(match["authors"]) if match["authors"] else None,
        organization=organization_name(organization) if organization else None,
        day=_day(match),
        comments=int(match["comments"]) if match["comments"] else None,
    )


def _day(match: re.Match[str]) -> Day:
    year = int(match["year"]) if match["year"] else None
    return Day(MONTHS.index(match["month"]) + 1, int(match["day"]), year)


def _without_header(blocks: list[_Block]) -> tuple[Day | None, list[_Block]]:
    """The page's date, which ends the header, and the blocks that come after the header."""
    for index, block in enumerate(blocks):
        if match := _PAGE_DATE.fullmatch(block.text):
            return _day(match), blocks[index + 1 :]
    return None, [block for block in blocks if block.text.casefold() not in HEADER_LINES]


def _cards_of(blocks: list[_Block], footer: Footer | None) -> tuple[list[Card], list[Leftover]]:
    """Pair titles with abstracts, beginning at the footer that the blocks lead to or come after.

    The pair before a footer owns it. Further pairs are cards without one, as long as they look
    like cards; from the first that does not, nothing is guessed and the rest is left over.
    """
    cards: list[Card] = []
    rest = blocks
    if footer is not None:
        if not blocks:
            return [], [Leftover(footer.line, footer.text, "a footer without a card")]
        title = blocks[-2:][0]
        abstract = blocks[-1].text if len(blocks) > 1 else None
        cards.append(Card(title.line, title.text, abstract, footer))
        rest = blocks[:-2]
        while len(rest) > 1 and _is_card(*rest[-2:]):
            cards.insert(0, Card(rest[-2].line, rest[-2].text, rest[-1].text, None))
            rest = rest[:-2]
    else:
        while len(rest) > 1 and _is_card(*rest[:2]):
            cards.append(Card(rest[0].line, rest[0].text, rest[1].text, None))
            rest = rest[2:]
    if not rest:
        return cards, []
    text = "\n".join(block.text for block in rest)
    return cards, [Leftover(rest[0].line, text, "text that is no title with its abstract")]


def _is_card(title: _Block, abstract: _Block) -> bool:
    return (
        len(title.text) <= LONGEST_TITLE
        and len(abstract.text) >= SHORTEST_ABSTRACT
        and len(abstract.text) > len(title.text)
    )
