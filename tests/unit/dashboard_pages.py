"""How tests run a page, by Streamlit's own test runner, and what they see of it.

What does not belong here: what is expected.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from orchestration.settings import PROJECT_ROOT

PAGES = PROJECT_ROOT / "dashboard" / "pages"


def run(script: Path, **address: str) -> AppTest:
    """Run a page with an address; it may raise nothing."""
    app = AppTest.from_file(str(script), default_timeout=60)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception
    return app


def html(app: AppTest) -> str:
    """All markup of ours that the page shows."""
    return "\n".join(element.proto.body for element in app.get("html"))


def charts(app: AppTest) -> list[Any]:
    """The charts that the page draws."""
    return list(app.get("vega_lite_chart"))
