"""Random draws without state: each is a hash of the seed, a stream's name and some keys.

The facts of a paper follow from its key alone, so one paper, a day or a million papers can be made
in any order and in any batch, and always come out the same. What does not belong here: meaning.
"""

from __future__ import annotations

import zlib

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def _mix(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Mix the bits of each value (the finalizer of SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * _FIRST
    values = (values ^ (values >> np.uint64(27))) * _SECOND
    return values ^ (values >> np.uint64(31))


class Draws:
    """Draws of one seed. Keys are integer arrays of one shape (or broadcastable)."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def bits(self, stream: str, *keys: npt.ArrayLike) -> npt.NDArray[np.uint64]:
        """Give 64 random bits for each element of the keys."""
        start = zlib.crc32(f"{self.seed}:{stream}".encode())
        with np.errstate(over="ignore"):
            state = _mix(np.array([start], dtype=np.uint64) * _GOLDEN)
            for key in keys:
                state = _mix((state ^ np.asarray(key).astype(np.uint64)) * _GOLDEN)
        return state

    def uniform(self, stream: str, *keys: npt.ArrayLike) -> Floats:
        """Draw from [0, 1)."""
        return np.asarray((self.bits(stream, *keys) >> np.uint64(11)) * 2.0**-53)

    def below(self, limit: int, stream: str, *keys: npt.ArrayLike) -> Integers:
        """Draw an integer from 0 to ``limit - 1``."""
        return (self.uniform(stream, *keys) * limit).astype(np.int64)

    def chance(self, probability: npt.ArrayLike, stream: str, *keys: npt.ArrayLike) -> Flags:
        """Draw true with the given probability."""
        return self.uniform(stream, *keys) < np.asarray(probability)

    def normal(self, stream: str, *keys: npt.ArrayLike) -> Floats:
        """Draw from the standard normal distribution (Box and Muller)."""
        radius = np.sqrt(-2 * np.log1p(-self.uniform(stream, *keys)))
        return np.asarray(radius * np.cos(2 * np.pi * self.uniform(f"{stream} angle", *keys)))
