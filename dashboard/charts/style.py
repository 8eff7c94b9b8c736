"""What charts share: colours that read on light and dark, and an axis of names."""

from __future__ import annotations

from typing import Final

import altair as alt

COLOUR: Final = "#2a8ba0"
SECOND_COLOUR: Final = "#c2571a"
QUIET_COLOUR: Final = "#7d8f95"

NAMES: Final = alt.Axis(labelLimit=230, labelFlush=False)
"""Of rows with names: each stands beside its row, the first and the last too."""
