"""One process at a time for a piece of work, by a lock of the operating system.

What does not belong here: the lake's lock, which many readers may share (``lake.py``).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.files import make_folder


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Wait until nobody else holds the lock; it ends with its process, however that ends."""
    make_folder(lock.parent)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
