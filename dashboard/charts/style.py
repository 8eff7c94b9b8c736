"""Colours that charts share; they read on light and dark."""

from __future__ import annotations

from typing import Final

COLOUR: Final = "#2a8ba0"
SECOND_COLOUR: Final = "#c2571a"
QUIET_COLOUR: Final = "#7d8f95"
