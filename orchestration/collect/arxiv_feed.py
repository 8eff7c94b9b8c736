"""The arXiv Atom feed: bytes of a response to rows of ``arxiv_papers``.

What does not belong here: asking for feeds (``arxiv.py``), writing rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from xml.etree import ElementTree

from orchestration.collect.cards import fold_space
from orchestration.collect.records import MAX_PAYLOAD, Refused

ATOM: Final = "{http://www.w3.org/2005/Atom}"
ARXIV: Final = "{http://arxiv.org/schemas/atom}"

ARXIV_ID: Final = re.compile(r"[0-9]{4}\.[0-9]{4,5}|[a-z]+(?:-[a-z]+)*(?:\.[A-Z]{2})?/[0-9]{7}")
"""An arXiv id without its version, of the form since 2007 or of the older one."""

_ENTRY_ID = re.compile(
    rf"https?://(?:[a-z]+\.)?arxiv\.org/abs/(?P<id>{ARXIV_ID.pattern})(?:v(?P<version>[0-9]{{1,4}}))?"
)
# Characters that XML 1.0 forbids: one in one abstract would cost the whole batch.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DOCUMENT = r"(?:paper|article|submission|manuscript|work|preprint|report|note|version)"
_WITHDRAWN_COMMENT = re.compile(
    rf"(?:^|[.;:,(]\s*)withdrawn\b(?!\s+from)"
    rf"|\b(?:{_DOCUMENT}|has been|have been|been|was|is)\s+withdrawn\b(?!\s+from)"
    rf"|\bwithdrawn\s+(?:by|due|because|pending|for)\b"
    rf"|\bwithdraw(?:ing)?\s+(?:this|the|our)\s+{_DOCUMENT}\b",
    re.IGNORECASE,
)
# An abstract may speak of withdrawn drugs or funds, so it has to speak of itself.
_WITHDRAWN_ABSTRACT = re.compile(
    rf"^\W*(?:(?:this|the)\s+)?(?:{_DOCUMENT}\s+)?(?:(?:has been|was|is)\s+)?withdrawn\b"
    rf"|\bthis\s+{_DOCUMENT}\s+(?:has been|was|is)\s+withdrawn\b",
    re.IGNORECASE,
)


class FeedError(ValueError):
    """Bytes that are no Atom feed: empty, cut, HTML, or with a document type."""


class EntryError(ValueError):
    """One entry of a feed that can't be read."""


@dataclass
class Feed:
    """One parsed response. ``papers`` are dicts with the columns that the feed knows."""

    papers: list[dict[str, Any]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def parse_feed(content: bytes) -> Feed:
    """Read a feed; an entry that can't be read is refused alone.

    Raises:
        FeedError: the bytes are no feed at all.
    """
    if not content.strip():
        raise FeedError("the body is empty")
    try:
        text, is_broken = content.decode("utf-8-sig"), False
    except UnicodeDecodeError:
        text, is_broken = content.decode("utf-8-sig", errors="replace"), True
    # No feed of arXiv has a document type; without one there are no entities to expand or fetch.
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise FeedError("a document type is not accepted")
    try:
        root = ElementTree.fromstring(_FORBIDDEN.sub(" ", text))  # noqa: S314 (see above)
    except (ElementTree.ParseError, ValueError, RecursionError) as error:
        raise FeedError(f"not well-formed XML: {error}") from None
    if root.tag != f"{ATOM}feed":
        raise FeedError(f"not an Atom feed but <{root.tag[:80]}>")

    feed = Feed()
    seen: set[str] = set()
    for number, entry in enumerate(root.iterfind(f"{ATOM}entry"), start=1):
        address = _text(entry, f"{ATOM}id") or ""
        if _text(entry, f"{ATOM}title") == "Error" and "/api/errors" in address:
            feed.errors.append(_text(entry, f"{ATOM}summary") or "an error without a word")
            continue
        payload = fold_space(" ".join(entry.itertext()))
        try:
            if is_broken and "\ufffd" in payload:
                raise EntryError("bytes that are not UTF-8")  # noqa: TRY301
            paper = _paper(address, entry, seen)
        except EntryError as error:
            feed.refused.append(Refused(f"entry {number}", str(error), payload[:MAX_PAYLOAD]))
            continue
        seen.add(paper["paper_id"])
        feed.papers.append(paper)
    return feed


def is_withdrawn(comment: str | None, abstract: str | None) -> bool:
    """Whether a paper's comment or abstract says that the paper itself was withdrawn."""
    return bool(
        (comment and _WITHDRAWN_COMMENT.search(comment))
        or (abstract and _WITHDRAWN_ABSTRACT.search(abstract))
    )


def _paper(address: str, entry: ElementTree.Element, seen: set[str]) -> dict[str, Any]:
    match = _ENTRY_ID.fullmatch(address)
    if match is None:
        raise EntryError(f"{address[:200]!r} is not the address of a paper")
    if match["id"] in seen:
        raise EntryError(f"{match['id']} stands twice in the feed")
    title = _text(entry, f"{ATOM}title")
    if title is None:
        raise EntryError("an entry without a title")
    categories = [
        term for element in entry.iterfind(f"{ATOM}category") if (term := element.get("term"))
    ]
    primary = entry.find(f"{ARXIV}primary_category")
    comment = _text(entry, f"{ARXIV}comment")
    abstract = _text(entry, f"{ATOM}summary")
    return {
        "paper_id": match["id"],
        "version": int(match["version"]) if match["version"] else None,
        "title": title,
        "abstract": abstract,
        "published_at": _instant(entry, f"{ATOM}published"),
        "updated_at": _instant(entry, f"{ATOM}updated"),
        "authors": [
            name
            for author in entry.iterfind(f"{ATOM}author")
            if (name := _text(author, f"{ATOM}name"))
        ],
        "primary_category": primary.get("term") if primary is not None else None,
        "categories": list(dict.fromkeys(categories)),
        "doi": _text(entry, f"{ARXIV}doi"),
        "comment": comment,
        "journal_reference": _text(entry, f"{ARXIV}journal_ref"),
        "is_withdrawn": is_withdrawn(comment, abstract),
    }


def _text(element: ElementTree.Element, tag: str) -> str | None:
    """The folded text of a child, None when it is missing or blank."""
    child = element.find(tag)
    return (fold_space("".join(child.itertext())) or None) if child is not None else None


def _instant(element: ElementTree.Element, tag: str) -> datetime | None:
    text = _text(element, tag)
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise EntryError(f"{text[:80]!r} is not a time") from None
