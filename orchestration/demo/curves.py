"""How listings grow: when a paper appears, how its upvotes, comments and stars rise with its age.

The shapes follow what was measured at the hub: about three fifths of a day's papers are listed in
the first morning, upvotes rise for weeks and rarely fall. What does not belong here: the papers.
"""

from __future__ import annotations

import numpy as np

from orchestration.demo.draws import Draws, Floats, Integers

FIRST_MORNING_HOURS = 8.0
_TIME_CONSTANT_HOURS = 60.0


def appears_after_hours(draws: Draws, listing: Integers) -> Floats:
    """Hours after the listing date's midnight at which each listing appears (0 to 22)."""
    early = draws.chance(0.63, "early", listing)
    moment = draws.uniform("moment", listing)
    late = FIRST_MORNING_HOURS + moment * 14
    return np.asarray(np.where(early, moment * FIRST_MORNING_HOURS, late))


def final_upvotes(draws: Draws, paper: Integers) -> Floats:
    """Upvotes a paper would have in the end: log-normal, median 14, some never get one."""
    level = np.exp(np.log(14.0) + 1.1 * draws.normal("upvotes", paper))
    return np.asarray(np.where(draws.chance(0.03, "unloved", paper), 0.0, level))


def upvotes(draws: Draws, paper: Integers, final: Floats, age_hours: Floats) -> Integers:
    """Upvotes at an age; on rare days somebody takes one back."""
    age = np.maximum(age_hours, 0)
    grown = final * (1 - np.exp(-((age / _TIME_CONSTANT_HOURS) ** 0.55)))
    taken_back = draws.chance(0.002, "taken back", paper, age.astype(np.int64) // 24)
    return np.asarray(np.maximum(np.floor(grown) - taken_back, 0).astype(np.int64))


def comments(draws: Draws, paper: Integers, age_hours: Floats) -> Integers:
    """Comments at an age: mostly one or two, never fewer than before."""
    wanted = 1 - np.log1p(-draws.uniform("comments", paper)) * 0.8
    return np.asarray(np.floor(wanted * np.minimum(1, 0.5 + age_hours / 48)).astype(np.int64))


def stars(draws: Draws, paper: Integers, age_hours: Floats) -> Integers:
    """Stars of the paper's repository at an age, without an upper end."""
    level = np.exp(np.log(20.0) + 1.8 * draws.normal("stars", paper))
    return np.asarray(np.floor(level * (1 + np.maximum(age_hours, 0) / 400)).astype(np.int64))
