"""How much memory this process may use: the machine's, or less in a container.

What does not belong here: what takes how much of it (``sizing.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psutil

_GROUPS: Final = Path("sys/fs/cgroup")
_LIMITS: Final = {
    "": (_GROUPS, "memory.max"),
    "memory": (_GROUPS / "memory", "memory.limit_in_bytes"),
}
"""Where the limits of control groups stand, by controller: version 2 names none, version 1 does."""


def usable_bytes(root: Path = Path("/")) -> int:
    """The machine's memory, or the lowest limit of the control groups this process is in.

    Args:
        root: of the file system that tells the limits.
    """
    told = [limit.read_text().strip() for limit in _limits(root) if limit.is_file()]
    # Version 2 says `max` where there is no limit, version 1 a number beyond any machine.
    return min([psutil.virtual_memory().total, *(int(limit) for limit in told if limit.isdigit())])


def _limits(root: Path) -> Iterator[Path]:
    """Where limits may stand: in the groups the kernel names and those above them.

    Inside, a container mostly sees its own group as the topmost, whatever the kernel names.
    """
    named = root / "proc/self/cgroup"
    for line in named.read_text().splitlines() if named.is_file() else ():
        _, controllers, path = line.split(":", 2)
        group = Path(path.lstrip("/"))
        for controller in _LIMITS.keys() & controllers.split(","):
            folder, limit = _LIMITS[controller]
            yield from (root / folder / each / limit for each in (group, *group.parents))
