"""Where a feed lies, and which there are.

What does not belong here: writing them (``feeds.py``) and serving them
(``dashboard/routes_feeds.py``).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from orchestration.settings import Settings

INDEX: Final = "index.json"


def feed_path(settings: Settings, name: str) -> Path:
    """The file of a feed."""
    return settings.feeds / f"{name}.xml"


def known_feeds(settings: Settings) -> dict[str, str]:
    """The feeds that were written, by name, with their titles."""
    index = settings.feeds / INDEX
    titles: dict[str, str] = json.loads(index.read_bytes()) if index.exists() else {}
    return titles
