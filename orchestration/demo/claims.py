"""Scale claims of known value, planted in abstracts as phrases.

What does not belong here: finding claims in a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True)
class Claim:
    """A phrase and what it claims: one value, or the two ends of a range."""

    phrase: str
    values: tuple[float, ...]
    unit: str


def _claims() -> list[Claim]:
    found = []
    for billions in (1, 3, 7, 8, 13, 30, 70, 175, 405):
        value = (billions * 1e9,)
        found.append(Claim(f"{billions}B parameters", value, "parameters"))
        found.append(Claim(f"{billions} billion parameters", value, "parameters"))
        found.append(Claim(f"{billions * 100}M parameters", (billions * 1e8,), "parameters"))
    for trillions in (0.3, 1.6, 2, 4.5, 15):
        found.append(Claim(f"{trillions}T tokens", (trillions * 1e12,), "tokens"))
        found.append(Claim(f"{trillions} trillion tokens", (trillions * 1e12,), "tokens"))
    for number, things in product((1.2, 5.85, 40), ("image-text pairs", "samples", "trajectories")):
        found.append(Claim(f"{number} million {things}", (number * 1e6,), "items"))
        found.append(Claim(f"{number} billion {things}", (number * 1e9,), "items"))
    found.append(Claim("10-100 billion parameters", (10e9, 100e9), "parameters"))
    found.append(Claim("1B to 13B parameters", (1e9, 13e9), "parameters"))
    return found


CLAIMS = _claims()
"""Every planted claim; a paper's claim is its place here."""

CLAIM_SHARE = 0.3
"""Share of the papers that claim something."""
