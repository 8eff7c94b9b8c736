"""Whatever stands in a body, each of its items becomes a row or is refused; nothing crashes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.collect.records import ParsedBody, parse_body
from orchestration.collect.rows import listing_table, quarantine_table
from tests.fakes.fuzz import bodies
from tests.unit.collect.hub_records import body_of, hub_record

AT = datetime(2026, 2, 3, tzinfo=UTC)

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [*hub_record(), *hub_record()["paper"], *hub_record()["paper"]["authors"][0]]


def tables_of(parsed: ParsedBody) -> tuple[pa.Table, pa.Table]:
    listings = listing_table(
        [record for _, record in parsed.records],
        ranks=[position + 1 for position, _ in parsed.records],
        source="hub",
        listing_kind="day",
        listing_date=date(2026, 2, 3),
        observed_at=AT,
        landed_in=["hub/x"] * len(parsed.records),
    )
    paths = ["hub/x"] * len(parsed.refused)
    refused = quarantine_table(parsed.refused, source="hub", landed_in=paths, first_seen_at=AT)
    for table in (listings, refused):
        table.validate(full=True)
        table.to_pylist()
    return listings, refused


def test_ten_thousand_odd_records_and_broken_bodies() -> None:
    for body, items in islice(bodies(seed=20260203), 100):
        parsed = parse_body(body)
        listings, refused = tables_of(parsed)
        assert listings.num_rows + refused.num_rows == max(items, 1)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["record", "paper", "author", "item"]),
            st.sampled_from(FIELDS),
            ANYTHING,
        ),
        max_size=6,
    )
)
def test_anything_in_the_place_of_anything(changes: list[tuple[str, str, Any]]) -> None:
    record = hub_record()
    items: list[Any] = [record]
    for place, name, value in changes:
        if place == "item":
            items.append(value)
        elif place == "record":
            record[name] = value
        elif isinstance(record["paper"], dict):
            authors = record["paper"].get("authors")
            inside_author = place == "author" and isinstance(authors, list) and authors
            target = authors[0] if inside_author else record["paper"]
            if isinstance(target, dict):
                target[name] = value

    parsed = parse_body(body_of(*items))

    listings, refused = tables_of(parsed)
    assert listings.num_rows + refused.num_rows == len(items)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(body: bytes) -> None:
    parsed = parse_body(body)

    assert tables_of(parsed)[0].num_rows == len(parsed.records)
