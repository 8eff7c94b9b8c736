"""Every page of the dashboard by its address. What does not belong here: what is expected."""

from __future__ import annotations

import duckdb

from orchestration.settings import Settings
from tests.fakes.warehouse import HOSTILE_ID

PLACES: dict[str, dict[str, str]] = {
    "": {},
    "search": {"q": "model"},
    "paper": {"paper": HOSTILE_ID},
    "trends": {},
    "topic": {"topic": "select topic from topics order by papers desc, topic limit 1"},
    "scale": {},
    "authors": {},
    "author": {"author": "select author_id from authors order by papers desc, name limit 1"},
    "organizations": {},
    "organization": {
        "organization": "select organization_id from organizations order by papers desc, 1 limit 1"
    },
    "subscribe": {},
    "coverage": {},
    "sql": {},
}
"""Each page with its address; a query stands for what it gives in the version shown."""

CHARTED = {"paper": 2, "trends": 2, "topic": 1, "scale": 1, "author": 2, "organization": 2} | {
    "coverage": 4
}
"""Pages with charts, and how many there are at least."""


def address(
    settings: Settings, place: str, places: dict[str, dict[str, str]] = PLACES
) -> dict[str, str]:
    """The address of a page with its queries answered."""
    state = dict(places[place])
    with duckdb.connect(str(settings.link.resolve()), read_only=True) as warehouse:
        for name, value in state.items():
            if value.startswith("select "):
                state[name] = str((warehouse.execute(value).fetchone() or [""])[0])
    return state
