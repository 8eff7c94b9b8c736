"""What metrics mean, from the published glossary."""

from __future__ import annotations

from dashboard.data.warehouse import Warehouse


def definitions(house: Warehouse) -> dict[str, str]:
    """Metric to its sentence and formula; empty for a version without a glossary."""
    if not house.has("metrics_glossary"):
        return {}
    rows = house.run("select metric, meaning, formula from metrics_glossary").rows
    return {row["metric"]: f"{row['meaning']} Formula: {row['formula']}" for row in rows}
