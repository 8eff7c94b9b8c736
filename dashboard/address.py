"""The page's address as its state: what is chosen is in it, and it restores what was chosen.

Streamlit's own binding of widgets to the address replaces the entry of the browser's history, so
"back" would leave the page instead of undoing a choice, and it writes labels where ids belong.
Here every change is one new entry. What does not belong here: what can be chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final, TypeVar

import streamlit as st

Value = TypeVar("Value")

_PENDING: Final = "_address_pending"


def _seen(key: str) -> str:
    return f"_address_seen_{key}"


def bound(
    widget: Callable[..., Any],
    label: str,
    *arguments: Any,
    key: str,
    default: Value,
    read: Callable[[str], Value],
    **options: Any,
) -> Value:
    """Show ``widget`` with the value the address has for ``key``, and return what it has now.

    ``read`` makes a value from the address's text; when it raises ValueError the default is taken,
    so a broken address still opens the page. A value equal to the default leaves the address.
    """
    in_address = st.query_params.get(key)
    if key not in st.session_state or st.session_state.get(_seen(key)) != in_address:
        st.session_state[key] = restored(key, default, read)
    value: Value = widget(label, *arguments, key=key, **options)
    written = None if value in (default, None, "", []) else _written(value)
    st.session_state.setdefault(_PENDING, {})[key] = written
    return value


def restored(key: str, default: Value, read: Callable[[str], Value]) -> Value:
    """What the address has for ``key``, or the default when it has nothing that can be read."""
    raw = st.query_params.get(key)
    if raw is None:
        return default
    try:
        return read(raw)
    except ValueError:
        return default


def one_of(*allowed: str) -> Callable[[str], str]:
    """A reader that takes only the named values."""

    def read(raw: str) -> str:
        if raw not in allowed:
            raise ValueError(raw)
        return raw

    return read


def flag(raw: str) -> bool:
    """A reader of a yes or no."""
    return raw == "yes"


def several(raw: str) -> list[str]:
    """A reader of a list."""
    return [item for item in raw.split("~") if item]


def whole_number(raw: str) -> int:
    """A reader of a positive whole number."""
    number = int(raw)
    if number < 1:
        raise ValueError(raw)
    return number


def day(raw: str) -> date:
    """A reader of a date, YYYY-MM-DD."""
    return date.fromisoformat(raw)


def _written(value: object) -> str:
    if value is True:
        return "yes"
    if isinstance(value, list):
        return "~".join(map(str, value))
    return value.isoformat() if isinstance(value, date) else str(value)


def commit() -> None:
    """Write what was chosen in this run to the address, as one entry of the browser's history."""
    pending: dict[str, str | None] = st.session_state.pop(_PENDING, {})
    before = st.query_params.to_dict()
    after = {name: value for name, value in before.items() if name not in pending}
    after |= {name: value for name, value in pending.items() if value is not None}
    for name in pending:
        st.session_state[_seen(name)] = after.get(name)
    if after != before:
        st.query_params.from_dict(after)
