"""Invented people, teams and organizations.

A person is a number; the name, the username and the laboratory follow from it. About one person in
fifty shares the name of somebody in another laboratory: the homonyms that author identity has to
keep apart. What does not belong here: who wrote which paper (``papers.py``).
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.demo.draws import Draws, Flags, Integers

LAB_SIZE = 31  # prime, so that every step through a laboratory visits distinct people

_GIVEN_STARTS = "Ave Bri Cal Dov Eli Fen Gal Hes Ilv Jor Kel Lum Mav Nev Oru Pel Quo Rem Sav Tor"
_GIVEN_ENDS = "ada bel dren fin gia lor mira nol ra rin ska tta vek wyn xia yra zel"
_FAMILY_STARTS = "Ab Bor Cren Dul Esk Fal Grim Hov Ist Jul Krel Lor Mund Nyst Ob Pral Qua Rusk Sel"
_FAMILY_ENDS = "bek dane fell gorn hari kesh lund mott nara pova quist renn sava tova vik wend"
_ROOTS = "Halden Orvane Quillon Tesmar Brackwell Ulmira Corvane Nordhal Pyxis Samphire"
_PLACES = "Eastmere Kalvik Dunmarch Isleford Verrano Ostwall Miramont Larkby Tolvane Ashgrove"

_GIVEN = ["".join(parts) for parts in product(_GIVEN_STARTS.split(), _GIVEN_ENDS.split())]
_FAMILY = [
    "".join(parts) for parts in product(_FAMILY_STARTS.split(), "aeiou", _FAMILY_ENDS.split())
]
_NAMES = len(_GIVEN) * len(_FAMILY)
_GIVEN_NAMES, _FAMILY_NAMES = pa.array(_GIVEN), pa.array(_FAMILY)
_MIDDLE = pa.array([" ", *(f" {letter}. " for letter in "ABCDEFGHIJKLMNOPRSTUVW")])

ORGANIZATIONS = [
    (name.replace(" ", "-"), name)
    for name in (
        *(
            f"{root} {kind}"
            for root, kind in product(_ROOTS.split(), ("AI", "Research", "Robotics"))
        ),
        *(
            f"{kind} of {place}"
            for place, kind in product(_PLACES.split(), ("University", "Institute"))
        ),
        *(f"{place} {kind}" for place, kind in product(_PLACES.split(), ("Labs", "Polytechnic"))),
    )
]
"""Slug and full name of each organization."""

TEAMS = [
    "NVIDIA",
    *(f"{root}-AI" for root in _ROOTS.split()),
    *(f"{root}-4. 5 Team" for root in _ROOTS.split()),
]
"""Authors that are no persons, spelled as listings spell them."""

STATUSES = (
    "claimed_verified",
    "admin_assigned",
    "extracted_confirmed",
    "extracted_pending",
    "extracted_infirmed",
)
_STATUS_STEPS = np.cumsum([0.45, 0.15, 0.15, 0.2])


class People:
    """The people of a demo world: ``labs`` laboratories of :data:`LAB_SIZE` persons."""

    def __init__(self, draws: Draws, labs: int) -> None:
        self.draws = draws
        self.labs = labs
        self.count = labs * LAB_SIZE

    def name_number(self, person: Integers) -> Integers:
        """Number of each person's name: their own, or for a homonym somebody else's."""
        borrowed = self.draws.below(self.count, "homonym of", person)
        is_homonym = self.draws.chance(0.02, "is homonym", person)
        # A spread that visits every name once before the first natural homonym.
        return np.where(is_homonym, borrowed, person) * 7919

    def names(self, person: Integers) -> pa.Array:
        """Give each person's name as they write it themselves."""
        number = self.name_number(person)
        given, family = number % len(_GIVEN), number // len(_GIVEN) % len(_FAMILY)
        middle = number // _NAMES % len(_MIDDLE)
        middle = np.where(self.count <= _NAMES, 0, middle)
        return pc.binary_join_element_wise(
            _GIVEN_NAMES.take(pa.array(given)),
            _MIDDLE.take(pa.array(middle)),
            _FAMILY_NAMES.take(pa.array(family)),
            "",
        )

    def has_username(self, person: Integers) -> Flags:
        """Tell who has an account at the hub (about one in seven)."""
        return self.draws.chance(0.15, "has account", person)

    def usernames(self, person: Integers) -> pa.Array:
        """Give the username each person has or would have; distinct for distinct persons."""
        family = pc.utf8_lower(
            _FAMILY_NAMES.take(pa.array(self.name_number(person) // len(_GIVEN) % len(_FAMILY)))
        )
        return pc.binary_join_element_wise(family, pa.array(person).cast(pa.string()), "-")

    def statuses(self, *mention: Integers) -> Integers:
        """Draw for each mention the place in :data:`STATUSES` of the hub's word about it."""
        drawn = self.draws.uniform("status", *mention)
        return np.searchsorted(_STATUS_STEPS, drawn, side="right").astype(np.int64)

    def organization(self, lab: Integers) -> Integers:
        """Place in :data:`ORGANIZATIONS` of each laboratory's organization."""
        skewed = self.draws.uniform("organization", lab) ** 2
        return (skewed * len(ORGANIZATIONS)).astype(np.int64)
