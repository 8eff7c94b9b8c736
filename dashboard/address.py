"""The page's address as its state: what is chosen is in it, and it restores what was chosen.

Streamlit's own binding of widgets to the address replaces the entry of the browser's history, so
"back" would leave the page instead of undoing a choice, and it writes labels where ids belong.
Here every change is one new entry. A run that a widget began keeps what widgets have: the address
it comes with may be older than a choice made a moment before. Every other run (a link, "back")
takes what the address has. What does not belong here: what can be chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final, TypeVar

import streamlit as st

Value = TypeVar("Value")

LEAF: Final = "page"
"""The key of the number of the page shown of a long list."""

_PENDING: Final = "_address_pending"
_HELD: Final = "_address_held"
_PAGE: Final = "_address_page"


def begin(page: str) -> None:
    """Begin a run of ``page``: what was chosen on another one is none of its business."""
    if st.session_state.get(_PAGE) != page:
        forget()
    st.session_state[_PAGE] = page
    st.session_state[_PENDING] = {LEAF: None}  # unless there is something to leaf through


def hold(key: str = "") -> None:
    """Callback of a widget (of that key): the run it begins keeps what widgets have.

    Choosing anything but another page of a list begins the list anew.
    """
    st.session_state[_HELD] = key
    if key != LEAF:
        st.session_state[LEAF] = 1


def forget() -> None:
    """Let the next run take what the address has, whatever widgets were set to."""
    st.session_state.pop(_HELD, None)


def leaf_to(**values: object) -> None:
    """Within a callback: show something else from its top, with widgets set to ``values``."""
    hold(LEAF)
    for key, value in (values | {LEAF: 1}).items():
        st.session_state[key] = value


def is_leafed() -> bool:
    """Whether this run shows something else than the one before, to be read from its top."""
    return st.session_state.get(_HELD) == LEAF


def bound(
    widget: Callable[..., Any],
    label: str,
    *arguments: Any,
    key: str,
    default: Value,
    read: Callable[[str], Value],
    **options: Any,
) -> Value:
    """Show ``widget`` with the value of :func:`current`, and return what it has now.

    A value equal to the default leaves the address.
    """
    shown = current(key, default, read)
    if key not in st.session_state or st.session_state[key] != shown:
        st.session_state[key] = shown
    value: Value = widget(label, *arguments, key=key, on_change=hold, args=(key,), **options)
    written = None if value in (default, None, "") else _written(value)
    st.session_state.setdefault(_PENDING, {})[key] = written
    return value


def current(key: str, default: Value, read: Callable[[str], Value]) -> Value:
    """What the widget of ``key`` has in this run.

    ``read`` makes a value from the address's text; when it raises ValueError the default is taken,
    so a broken address still opens the page. What a widget has passes it too: it may have been
    chosen on another version, with other days.
    """
    raw = st.query_params.get(key)
    if _HELD in st.session_state and key in st.session_state:
        held: Value = st.session_state[key]
        if held is None:
            return held
        raw = _written(held)
    if raw is None:
        return default
    try:
        return read(raw)
    except ValueError:
        return default


def page_number() -> int:
    """Which page of a long list is asked for; there may be none so far on."""
    return current(LEAF, 1, whole_number())


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


def whole_number(most: int = 1_000_000) -> Callable[[str], int]:
    """A reader of a whole number from 1; a larger one than ``most`` is ``most``."""

    def read(raw: str) -> int:
        number = int(raw)
        if number < 1:
            raise ValueError(raw)
        return min(number, most)

    return read


def day(first: date = date.min, last: date = date.max) -> Callable[[str], date]:
    """A reader of a date, YYYY-MM-DD; one outside is the nearest there is."""

    def read(raw: str) -> date:
        return min(max(date.fromisoformat(raw), first), last)

    return read


def _written(value: object) -> str:
    if value is True:
        return "yes"
    if isinstance(value, list):
        return "~".join(map(str, value))
    return value.isoformat() if isinstance(value, date) else str(value)


def state() -> dict[str, str]:
    """The address's names and values as this run leaves them, so far."""
    pending: dict[str, str | None] = st.session_state.get(_PENDING, {})
    after = {key: value for key, value in st.query_params.items() if key not in pending}
    return after | {key: value for key, value in pending.items() if value is not None}


def commit() -> None:
    """Write what was chosen in this run to the address, as one entry of the browser's history.

    An address that led here stays as it is, unreadable parts too: "back" would never get past it.
    """
    after = state()
    if _HELD in st.session_state and after != st.query_params.to_dict():
        st.query_params.from_dict(after)
    forget()
