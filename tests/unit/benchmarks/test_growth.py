"""Growth is told by the law that the measured sizes follow, and not without two of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.benchmarks.growth import A_REFRESH, STORED, costs, fitted, table


def entry(name: str, size: int) -> dict[str, Any]:
    """A step that grows linearly in time and bytes, and with the root in memory."""
    return {
        "name": name,
        "size": size,
        "cpu_seconds": size * 0.0036,
        "peak_rss_bytes": int(1000 * size**0.5),
        "bytes_written": size * 500,
    }


def test_a_power_law_is_found_again() -> None:
    law = fitted([(n, 3.0 * n**1.2) for n in (1_000, 50_000, 2_000_000)])
    assert law.exponent == pytest.approx(1.2)
    assert law.at(10**9) == pytest.approx(3.0 * (10**9) ** 1.2)


def test_a_refresh_costs_the_sum_of_its_steps_and_the_largest_memory() -> None:
    names = {*A_REFRESH, *STORED}
    (cost,) = costs([entry(name, size) for name in names for size in (10_000, 100_000)], [10**9])
    assert cost.cpu_hours == pytest.approx(len(A_REFRESH) * 1000)
    assert cost.peak_bytes == pytest.approx(1000 * (10**9) ** 0.5, rel=1e-3)
    assert cost.stored_bytes == pytest.approx(len(STORED) * 500e9)
    # 30 refreshes of 3,000 core hours at 0.05, and 1,000 GB at 0.02.
    assert table([cost], 0.05, 0.02).endswith(
        "| 1,000,000,000 | 3e+03 | 0.0316 | 1e+03 | 4,520.00 |"
    )


def test_one_size_is_no_curve() -> None:
    with pytest.raises(ValueError, match=r"scan the lake: a curve needs .* at two sizes"):
        costs([entry(name, 10_000) for name in {*A_REFRESH, *STORED}])
