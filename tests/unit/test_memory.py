"""The lowest limit of machine and container counts."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from orchestration import memory

MACHINE = psutil.virtual_memory().total
LOW, LOWER = 96 * 2**20, 64 * 2**20
POD = "kubepods.slice/pod7/container1"
UNLIMITED = 9223372036854771712
"""What version 1 says where there is no limit."""


@pytest.mark.parametrize(
    ("groups", "limits", "expected"),
    [
        ("", {}, MACHINE),
        ("0::/\n", {"memory.max": "max"}, MACHINE),
        ("0::/\n", {"memory.max": str(LOW)}, LOW),
        (f"0::/{POD}\n", {f"{POD}/memory.max": str(LOW)}, LOW),
        (f"0::/{POD}\n", {"memory.max": str(LOW)}, LOW),
        (
            f"0::/{POD}\n",
            {f"{POD}/memory.max": str(LOW), "kubepods.slice/memory.max": str(LOWER)},
            LOWER,
        ),
        ("4:memory:/a:b\n0::/\n", {"memory/a:b/memory.limit_in_bytes": str(LOW)}, LOW),
        (f"5:cpu,memory:/{POD}\n", {"memory/memory.limit_in_bytes": str(LOW)}, LOW),
        ("4:memory:/\n", {"memory/memory.limit_in_bytes": str(UNLIMITED)}, MACHINE),
    ],
)
def test_the_lowest_limit_counts(
    tmp_path: Path, groups: str, limits: dict[str, str], expected: int
) -> None:
    files = {"proc/self/cgroup": groups}
    files |= {f"sys/fs/cgroup/{name}": f"{limit}\n" for name, limit in limits.items()}
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)

    assert memory.usable_bytes(tmp_path) == expected


def test_where_no_file_tells_the_machine_does(tmp_path: Path) -> None:
    assert memory.usable_bytes(tmp_path) == MACHINE
    assert 0 < memory.usable_bytes() <= MACHINE
