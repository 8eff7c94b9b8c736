"""What is told of measured steps: each beside its peer of the same run, and across sizes.

What does not belong here: measuring, limits (``goals.py``), and how a report looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.benchmarks.measure import Measurement

GROWTH = "growth of "
RECORDED = " (recorded)"
"""End of the names of steps on a real hub's responses: another world than the made-up sizes."""


@dataclass(frozen=True)
class Entry:
    """One measured step; its ratios are its seconds, CPU seconds and memory over those of its peer.

    The peer is the entry of the same size named in ``against``. Without a peer ``against`` may name
    a limit, and ``ratio`` says how much of it was used.
    """

    name: str
    size: int
    seconds: float
    cpu_seconds: float
    peak_rss_bytes: int | None
    bytes_written: int | None
    against: str | None = None
    ratio: float | None = None
    cpu_ratio: float | None = None
    memory_ratio: float | None = None
    measured_at: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    def cost(self, name: str) -> float | None:
        """A cost by its name: an attribute, or else a fact."""
        value = getattr(self, name) if hasattr(self, name) else self.facts.get(name)
        return None if value is None else float(value)


def entry(
    name: str,
    size: int,
    measured: Measurement,
    peer: tuple[str, Measurement] | None,
    measured_at: str = "",
) -> Entry:
    """Set a measurement beside its peer, the name and measurement of another step."""
    costs = {each: value for each, value in vars(measured).items() if each != "facts"}
    told: dict[str, Any] = {"measured_at": measured_at, "facts": measured.facts}
    if peer:
        against, other = peer
        told |= {
            "against": against,
            "ratio": ratio(measured.seconds, other.seconds),
            "cpu_ratio": ratio(measured.cpu_seconds, other.cpu_seconds),
            "memory_ratio": ratio(measured.peak_rss_bytes, other.peak_rss_bytes),
        }
    return Entry(name=name, size=size, **costs, **told)


def summed(parts: Iterable[Measurement]) -> Measurement:
    """What steps cost one after another: sums, and the largest memory of all."""
    steps = list(parts)
    peaks = [step.peak_rss_bytes for step in steps if step.peak_rss_bytes is not None]
    written = [step.bytes_written for step in steps if step.bytes_written is not None]
    return Measurement(
        seconds=round(sum(step.seconds for step in steps), 3),
        cpu_seconds=round(sum(step.cpu_seconds for step in steps), 3),
        peak_rss_bytes=max(peaks) if peaks else None,
        bytes_written=sum(written) if written else None,
        facts={},
    )


def growth(entries: Sequence[Entry]) -> list[Entry]:
    """For each step and size the costs over those at the next smaller size."""
    found = []
    for name in dict.fromkeys(each.name for each in entries):
        sizes = sorted((each for each in entries if each.name == name), key=lambda each: each.size)
        for small, large in pairwise(sizes):
            inner = ratio(large.cost("inner_seconds"), small.cost("inner_seconds"))
            found.append(
                Entry(
                    name=f"{GROWTH}{name}",
                    size=large.size,
                    seconds=large.seconds,
                    cpu_seconds=large.cpu_seconds,
                    peak_rss_bytes=large.peak_rss_bytes,
                    bytes_written=large.bytes_written,
                    against=f"{small.size:,} papers",
                    ratio=ratio(large.seconds, small.seconds),
                    cpu_ratio=ratio(large.cpu_seconds, small.cpu_seconds),
                    memory_ratio=ratio(large.peak_rss_bytes, small.peak_rss_bytes),
                    measured_at=large.measured_at,
                    facts={"times_as_many_papers": ratio(large.size, small.size)}
                    | ({"inner_seconds": inner} if inner else {}),
                )
            )
    return found


def ratio(value: float | None, other: float | None) -> float | None:
    """One cost over another, none where one of them is unknown or nothing."""
    return round(value / other, 3) if value and other else None
