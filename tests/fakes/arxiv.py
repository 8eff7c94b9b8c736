"""arXiv's Atom API on the loopback interface: made-up papers, error feeds, faults on demand.

A real HTTP/1.1 server; use it as a context manager. What does not belong here: the choice of
faults (``faults.py``).
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from tests.fakes.faults import Faults
from tests.fakes.loopback import LoopbackHandler, LoopbackServer

_ID = re.compile(r"[0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[A-Z]{2})?/[0-9]{7}")


@dataclass(frozen=True)
class FakePaper:
    """A paper as arXiv tells it; every other field of an entry follows from these."""

    paper_id: str
    title: str = "A made-up paper"
    abstract: str = "Nothing of this was ever measured."
    version: int = 1
    published: str = "2026-09-01T17:59:59Z"
    updated: str = "2026-09-02T10:00:00Z"
    authors: tuple[str, ...] = ("Ada Lovelace", "Émilie du Châtelet")
    categories: tuple[str, ...] = ("cs.LG", "stat.ML")
    comment: str | None = None
    doi: str | None = None
    journal_reference: str | None = None

    def entry(self) -> str:
        """The paper's entry in a feed."""
        optional = "".join(
            f"<arxiv:{tag}>{escape(text)}</arxiv:{tag}>"
            for tag, text in (
                ("comment", self.comment),
                ("doi", self.doi),
                ("journal_ref", self.journal_reference),
            )
            if text
        )
        authors = "".join(
            f"<author><name>{escape(name)}</name>"
            "<arxiv:affiliation>Nowhere</arxiv:affiliation></author>"
            for name in self.authors
        )
        categories = "".join(f'<category term="{each}"/>' for each in self.categories)
        return (
            f"<entry><id>http://arxiv.org/abs/{self.paper_id}v{self.version}</id>"
            f"<title>{escape(self.title)}</title><summary>  {escape(self.abstract)}\n</summary>"
            f"<published>{self.published}</published><updated>{self.updated}</updated>"
            f'<arxiv:primary_category term="{self.categories[0]}"/>{categories}{authors}'
            f"{optional}</entry>"
        )


def feed_of(*entries: str) -> bytes:
    """A whole feed of the given entries."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">'
        f"<title>arXiv Query</title>{''.join(entries)}</feed>"
    ).encode()


def error_entry(message: str) -> str:
    """The entry that stands for an error."""
    return (
        "<entry><id>https://arxiv.org/api/errors#some_error</id><title>Error</title>"
        f"<summary>{escape(message)}</summary></entry>"
    )


@dataclass(frozen=True)
class Asked:
    """One request: the ids it asked for, and when by the monotonic clock."""

    ids: tuple[str, ...]
    at: float


@dataclass
class FakeArxiv(LoopbackServer):
    """The server, and what it was asked.

    Attributes:
        papers: what it knows.
        refused: ids it answers an error feed for, without naming them, though of good form.
        faults: what goes wrong on the way.
        asked: every request, in order.
    """

    papers: Iterable[FakePaper] = ()
    refused: frozenset[str] = frozenset()
    faults: Faults = field(default_factory=Faults)
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.known = {paper.paper_id: paper for paper in self.papers}
        self.listen(_Handler)

    def answer(self, ids: tuple[str, ...], most: int) -> tuple[int, bytes]:
        """Status and body for a list of ids, as arXiv answers them."""
        for each in ids:
            if not _ID.fullmatch(each):
                return 400, feed_of(error_entry(f"incorrect id format for {each}"))
        if self.refused & set(ids):
            return 400, feed_of(error_entry("malformed request"))
        return 200, feed_of(*[self.known[i].entry() for i in ids if i in self.known][:most])


class _Handler(LoopbackHandler):
    fake: FakeArxiv

    def do_HEAD(self) -> None:
        """Answer without a body: enough to see that arXiv is there."""
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        """Answer, fail as wanted, and keep what was asked."""
        arxiv = self.fake
        query = parse_qs(urlsplit(self.path).query)
        ids = tuple(query.get("id_list", [""])[0].split(","))
        with arxiv.lock:
            arxiv.asked.append(Asked(ids, time.monotonic()))
            arxiv.take()
        try:
            self._respond(ids, int(query.get("max_results", ["10"])[0]))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            with arxiv.lock:
                arxiv.give_back()

    def _respond(self, ids: tuple[str, ...], most: int) -> None:
        faults = self.fake.faults
        fault = faults.choose(self.path)
        if fault == "hang":
            self.fake.stopping.wait(faults.hang_seconds)
        if fault in ("hang", "drop"):
            self.close_connection = True
        elif fault in ("empty", "html"):
            self._send(200, b"" if fault == "empty" else b"<!doctype html><p>Back soon</p>")
        elif fault[:3].isdigit():
            wait = f"{faults.retry_after:g}" if fault.endswith("retry-after") else None
            self._send(int(fault[:3]), b"Rate exceeded.", retry_after=wait)
        else:
            status, body = self.fake.answer(ids, most)
            two_thirds = len(body) * 2 // 3
            if fault == "cut-json":  # of a feed: whole by its length, cut by its content
                body = body[:two_thirds]
            self._send(status, body, kept=two_thirds if fault == "cut" else None)

    def _send(
        self, status: int, body: bytes, kept: int | None = None, retry_after: str | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/atom+xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if retry_after is not None:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(body[:kept])
        self.close_connection = self.close_connection or kept is not None
