"""Which arXiv ids to ask for, and in which batches: pure functions of what is known.

What does not belong here: asking, and keeping what came back (``arxiv.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from orchestration.collect.arxiv_feed import ARXIV_ID

BATCH: Final = 100
MAX_AGE: Final = timedelta(days=30)


def ids_due(
    known: Mapping[str, datetime],
    listed: Iterable[str],
    now: datetime,
    max_age: timedelta = MAX_AGE,
) -> list[str]:
    """The listed ids to ask arXiv for: those never asked, as listed, then the oldest answers.

    Args:
        known: when each id was answered for last, found or not.
        listed: ids in the order of wish; those that are no arXiv ids are passed over.
        now: aware instant.
        max_age: an answer of at least this age is due again.
    """
    ids = [each for each in dict.fromkeys(listed) if ARXIV_ID.fullmatch(each)]
    never = [each for each in ids if each not in known]
    old = [each for each in ids if each in known and now - known[each] >= max_age]
    return never + sorted(old, key=lambda each: known[each])


def batches_of(due: Sequence[str], refused_in: Mapping[str, int]) -> list[list[str]]:
    """The ids in batches to ask for; those refused in a batch come last, in batches of half of it.

    So a paper that spoils its batch is found out over the runs, however few requests each may make.

    Args:
        due: ids in the order of wish.
        refused_in: size of the smallest batch that was refused, of the ids in such batches.
    """
    by_size: dict[int, list[str]] = {}
    for each in due:
        size = max(1, refused_in[each] // 2) if each in refused_in else BATCH
        by_size.setdefault(size, []).append(each)
    return [
        ids[start : start + size]
        for size, ids in sorted(by_size.items(), reverse=True)
        for start in range(0, len(ids), size)
    ]


def split_batch(ids: list[str], errors: list[str]) -> list[list[str]]:
    """What to ask instead of a batch that was refused: the id it names alone, else halves."""
    if not errors or len(ids) == 1:
        return []
    named = [each for each in ids if any(each in error.split() for error in errors)]
    if 0 < len(named) < len(ids):
        return [[each for each in ids if each not in named], *([each] for each in named)]
    middle = len(ids) // 2
    return [ids[:middle], ids[middle:]]
