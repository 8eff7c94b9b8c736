"""The audit between build and publication: which state of the build database passed its tests.

The mark names the file as it was then, so a database that something else wrote later is told from
the one that was tested. What does not belong here: building (``transform.py``), publishing.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from orchestration.files import write_atomically
from orchestration.settings import Settings


def withdraw(settings: Settings) -> None:
    """Let nothing be published until a build has passed."""
    settings.build_audit.unlink(missing_ok=True)


def pass_build(settings: Settings) -> None:
    """Mark the build database as it is now; nobody may have it open for writing."""
    mark = {"passed_at": datetime.now(UTC).isoformat(), **_state(settings)}
    write_atomically(settings.build_audit, json.dumps(mark).encode())


def problem(settings: Settings) -> str | None:
    """Why the build database can't be published; None when it is the one that passed."""
    if not settings.build_database.exists():
        return "nothing to publish: build the marts first (make data)"
    if not settings.build_audit.exists():
        return "the last build did not pass its tests: fix it and build again"
    mark = json.loads(settings.build_audit.read_bytes())
    if any(mark.get(name) != value for name, value in _state(settings).items()):
        name = settings.build_database.name
        return f"{name} is not the one that passed its tests: build again (make data)"
    return None


def _state(settings: Settings) -> dict[str, int]:
    status = settings.build_database.stat()
    return {"bytes": status.st_size, "mtime_ns": status.st_mtime_ns}
