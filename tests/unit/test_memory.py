"""The lowest limit of machine and container counts, and a lake needs a part of it."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from orchestration import memory, transform
from orchestration.settings import Settings

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


@pytest.mark.parametrize(
    ("lake_mib", "expected"), [(0, "2048MiB"), (256, "2816MiB"), (4096, "8192MiB")]
)
def test_a_build_may_use_what_its_lake_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lake_mib: int, expected: str
) -> None:
    """A third of a machine of 24 GiB is the most, and files that are no Parquet count nothing."""
    monkeypatch.setattr(memory, "usable_bytes", lambda: 24 * 2**30)
    settings = Settings(home=tmp_path)
    folder = settings.lake / "listings" / "source=hub"
    folder.mkdir(parents=True)
    for name in ("2026-01.parquet", "left.tmp"):
        with (folder / name).open("wb") as file:
            file.truncate(lake_mib * 2**20)

    assert transform.memory_limit(settings, transform.lake_bytes(settings)) == expected


def test_a_told_limit_counts(tmp_path: Path) -> None:
    assert transform.memory_limit(Settings(home=tmp_path, memory_limit="5GB"), 0) == "5GB"
