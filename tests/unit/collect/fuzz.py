"""A fuzzer of our own for listing pages and feeds: sound inputs, bent at random.

Run it for long with ``python -m tests.unit.collect.fuzz 1000000 --seed 7``. What does not belong
here: the short run that every change gets (``test_fuzz.py``).
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from orchestration.collect.arxiv import arxiv_tables
from orchestration.collect.landing import Landed
from orchestration.collect.page import page_tables
from orchestration.collect.schema import DATASETS
from orchestration.collect.searches import search_tables
from tests.fakes.arxiv import FakePaper, error_entry, feed_of
from tests.unit.collect.pages import card, html_page, record, text_page

Parser = Callable[[Landed, bytes], dict[str, pa.Table]]

_RECORDS = [
    record("2408.00001", submittedBy={"name": "ada", "fullname": "Ada"}),
    record("2408.00002", numComments=None, organization={"name": "tide", "fullname": "Tide Lab"}),
]
_CARDS = (
    card("Küste: A Tale"),
    card("Two", None),
    card("Three", "tideAI tideAI|Oct 21 3"),
    card("Re$^2$Tide", "1 authors|Feb 29, 2024"),
)
SEEDS: dict[str, tuple[Parser, list[bytes]]] = {
    "text page": (
        page_tables,
        [text_page(*_CARDS).encode(), text_page(*_CARDS, day=None).encode()],
    ),
    "HTML page": (
        page_tables,
        [html_page({"date": "2024-08-01T00:00:00.000Z", "dailyPapers": _RECORDS}).encode()],
    ),
    "feed": (
        arxiv_tables,
        [
            feed_of(
                FakePaper("2609.00001", comment="withdrawn").entry(),
                FakePaper("astro-ph/0601001", doi="10.1/x", title="Küste & Meer").entry(),
            ),
            feed_of(error_entry("incorrect id format for abc")),
        ],
    ),
    "search": (search_tables, [json.dumps(_RECORDS).encode()]),
}

_PIECES = [
    *(b"\0", b"\r\n", b"\n\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\xc2\xa0"),
    *(b"\xe2\x80\xa2", b"\xc2\xb7", b"\n\xc2\xb7\n", b" authors", b"99999999999999999999", b"-1"),
    *(b"Dec 24", b"Feb 31", b"Feb 29\n\n", b"Jan 0, 0000", b"May 4, 9999 7", b"1e999", b"NaN"),
    *(b"<", b">", b"&", b"&lt;", b"<!DOCTYPE a [", b"<!ENTITY", b"]]>", b"<![CDATA[", b"</entry>"),
    *(b"<entry>", b"<title/>", b"&#0;", b"&#xD800;", b'"', b"{", b"}", b"[", b"]", b",", b":"),
    *(b"null", b"true", b'"\\ud800"', b"\\u0000", b"&quot;", b"[[[[[[[[", b'{"paper":{"id":"x"}},'),
    *(b"v99999", b"0001-01-01T00:00:00+23:59", b"9999-12-31T23:59:59-23:59", b"2024-08-01"),
]


def bend(body: bytes, choice: random.Random) -> bytes:
    """The bytes with up to eight changes: cut, doubled, moved, flipped, or with pieces put in."""
    content = bytearray(body)
    for _ in range(choice.randint(0, 8)):
        place = choice.randint(0, len(content))
        length = int(choice.paretovariate(0.8)) % 400
        kind = choice.randrange(6)
        if kind == 0:
            content[place:place] = choice.choice(_PIECES)
        elif kind == 1:
            content[place : place + length] = choice.choice(_PIECES)
        elif kind == 2:
            del content[place : place + length]
        elif kind == 3:
            other = choice.randint(0, len(content))
            content[other:other] = content[place : place + length]
        elif kind == 4 and place < len(content):
            content[place] ^= 1 << choice.randrange(8)
        elif kind == 5:
            del content[len(content) - length :]
    return bytes(content)


def check(parser: Parser, body: bytes, name: str = "page.txt") -> tuple[int, int]:
    """Parse, and hold the rows against what every parser promises; gives rows and refused ones."""
    seen_at = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
    envelope: dict[str, Any] = {
        "kind": "fuzz",
        "key": "x",
        "observed_at": seen_at.isoformat(),
        "name": name,
        "ids": ["2609.00001"],
        "is_answered": True,
    }
    tables = parser(Landed("fuzz/x/y.zst", envelope), body)
    for dataset, table in tables.items():
        assert table.schema.equals(DATASETS[dataset])
        table.validate(full=True)
    rows = tables.get("listings", tables.get("arxiv_papers"))
    ids = rows["paper_id"].to_pylist() if rows is not None else []
    assert len(set(ids)) == len(ids), "a paper stands twice in one observation"
    assert all(ids), "a row without an id"
    quarantined = tables["quarantined_records"].to_pylist()
    assert all(row["reason"] and row["place"] for row in quarantined)
    if parser is page_tables:
        assert ids or quarantined, "a page is read or refused"
    return len(ids), len(quarantined)


def run(inputs: int, seed: int) -> dict[str, Counter[str]]:
    """Try so many bent inputs; gives what became of them by kind of input.

    Raises:
        AssertionError: a parser broke a promise; a note names the bytes.
    """
    choice = random.Random(seed)
    counts = {kind: Counter[str]() for kind in SEEDS}
    for _ in range(inputs):
        kind = choice.choice(list(SEEDS))
        parser, seeds = SEEDS[kind]
        body = bend(choice.choice(seeds), choice)
        try:
            rows, refused = check(parser, body)
        except BaseException as error:
            error.add_note(f"{kind}: {body!r}")
            raise
        counts[kind].update(inputs=1, rows=rows, quarantined=refused, whole=rows > 0)
    return counts


def main() -> None:
    """Fuzz for as long as asked, and tell what came of it."""
    parser = argparse.ArgumentParser(description="Bent pages, feeds and answers for the parsers.")
    parser.add_argument("inputs", type=int)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    started = time.monotonic()
    for kind, counts in run(options.inputs, options.seed).items():
        print(kind, dict(counts))
    print(f"{options.inputs} inputs, 0 crashes, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
