"""Growth is told by the law that the measured sizes follow, and not without two of them."""

from __future__ import annotations

import pytest

from tests.benchmarks.entries import Entry
from tests.benchmarks.growth import (
    BUILD,
    COLLECTION,
    KEPT_VERSIONS,
    LAKE,
    PUBLICATION,
    costs,
    fitted,
    table,
)


def entry(name: str, size: int) -> Entry:
    """A step that grows linearly in time and bytes, and with the root in memory."""
    return Entry(
        name=name,
        size=size,
        seconds=size * 0.002,
        cpu_seconds=size * 0.0036,
        peak_rss_bytes=int(1000 * size**0.5),
        bytes_written=size * 500,
        facts={
            "papers": size,
            "listings": size * 2,
            "bytes": size * 500,
            "landing_bytes": size * 1000,
        },
    )


def measured(*sizes: int) -> list[Entry]:
    found = [entry(name, size) for name in (LAKE, BUILD, PUBLICATION) for size in sizes]
    return [*found, entry(COLLECTION, sizes[0])]


def test_a_power_law_is_found_again() -> None:
    law = fitted([(n, 3.0 * n**1.2) for n in (1_000, 50_000, 2_000_000)])
    assert law.exponent == pytest.approx(1.2)
    assert law.at(10**9) == pytest.approx(3.0 * (10**9) ** 1.2)


def test_a_refresh_costs_its_steps_and_keeps_landing_lake_build_and_versions() -> None:
    (cost,) = costs(measured(10_000, 100_000), [10**9])
    assert cost.cpu_hours == pytest.approx(2000)
    assert cost.peak_bytes == pytest.approx(1000 * (10**9) ** 0.5, rel=1e-3)
    assert cost.landing_bytes == pytest.approx(2000e9)
    assert cost.lake_bytes == cost.build_bytes == pytest.approx(500e9)
    assert cost.versions_bytes == pytest.approx(KEPT_VERSIONS * 500e9)
    # 30 refreshes of 2,000 core hours at 0.05, and 5,500 GB at 0.02.
    assert table([cost], 0.05, 0.02).endswith(
        "| 1,000,000,000 | 2e+03 | 0.0316 | 2e+03 | 500 | 500 | 2.5e+03 | 3,110.00 |"
    )


def test_one_size_is_no_curve() -> None:
    with pytest.raises(ValueError, match=r"dbt build with tests: a curve needs .* at two sizes"):
        costs(measured(10_000))


def test_landing_is_not_left_out() -> None:
    with pytest.raises(ValueError, match="collect into the lake: not measured"):
        costs(measured(10_000, 100_000)[:-1])
