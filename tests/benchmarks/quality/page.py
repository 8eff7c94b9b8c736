"""The report as a page people read. What does not belong here: computing any figure of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

INTERVAL = {"mean", "low", "high"}


def page(report: Mapping[str, Any]) -> str:
    """Markdown of a report: a heading a nesting, a table where several things share a measure."""
    return "\n".join(["# Quality of Papertide's numbers", "", *_section(report, 2)]) + "\n"


def _section(found: Mapping[str, Any], level: int) -> Iterator[str]:
    nested = {name: value for name, value in found.items() if not _is_value(value)}
    for name, value in found.items():
        if name not in nested:
            yield f"- {_words(name)}: {_shown(value)}"
    if len(nested) < len(found):
        yield ""
    for name, value in nested.items():
        yield f"{'#' * min(level, 6)} {_words(name)}"
        yield ""
        if isinstance(value, list):
            yield from (*(f"- {_shown(each)}" for each in value), "")
        elif value and all(_is_value(each) for each in value.values()):
            yield from ("| | |", "|---|---|")
            yield from (f"| {_words(each)} | {_shown(shown)} |" for each, shown in value.items())
            yield ""
        else:
            yield from _section(value, level + 1)


def _is_value(value: Any) -> bool:
    if isinstance(value, Mapping):
        return set(value) == INTERVAL
    return not isinstance(value, list)


def _shown(value: Any) -> str:
    if isinstance(value, Mapping) and set(value) == INTERVAL:
        return f"{value['mean']} (95 %: {value['low']} to {value['high']})"
    if isinstance(value, Mapping):
        return ", ".join(f"{_words(name)} {_shown(each)}" for name, each in value.items())
    return str(value).replace("|", "\\|").replace("\n", " ")


def _words(name: str) -> str:
    return name.replace("_", " ")
