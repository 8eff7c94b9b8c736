"""Asking the hub one thing after another, so that one which always fails costs no other.

What does not belong here: a single request and its tries (``hub.py``), and what an answer means.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from orchestration.collect.hub import HubClient, HubError, LongPauseError, RefusedError
from orchestration.collect.hub_answers import Answer


def ask_each(
    client: HubClient, asked: Sequence[tuple[str, str, Mapping[str, str] | None]]
) -> Iterator[tuple[str, Answer | HubError]]:
    """Ask until all is asked, or the hub itself is what fails.

    One request may be what the hub stumbles over; after two in a row it is the hub itself, and one
    that wants a long pause gets it at once. The order is another one each time: two that always
    fail would else, side by side, keep the hub from being asked for what follows them for ever.

    Args:
        client: open client of the hub.
        asked: what is asked for, by a name of the caller's, as a path and its query.

    Yields the name, and the answer or why there is none: a :class:`RefusedError` holds one.
    """
    has_failed = False
    for name, path, params in random.sample(asked, len(asked)):
        outcome: Answer | HubError
        try:
            outcome = client.get_json(path, params)
        except HubError as error:
            outcome = error
        yield name, outcome
        is_failure = isinstance(outcome, HubError) and not isinstance(outcome, RefusedError)
        if isinstance(outcome, LongPauseError) or (is_failure and has_failed):
            return
        has_failed = is_failure
