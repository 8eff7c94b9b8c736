"""What a server does before its first reader comes, or while their browser still loads Streamlit.

What does not belong here: what is done again for each reader.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Final

import streamlit as st
from streamlit.runtime import Runtime

WANTED_LATER: Final = ("dashboard.charts", "dashboard.api", "dashboard.routes_feeds")
"""What Today does without and others import: half a second in all."""

FIRST_READER_SECONDS: Final = 5
"""Time for a reader who waits for the server to come: their browser needs the machine, too."""


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """For ``st.App``: answer at once, and get ready beside it."""
    getting_ready = asyncio.create_task(get_ready())
    yield
    getting_ready.cancel()


async def get_ready() -> None:
    """Visit the first page as a reader would, then import what the other pages need.

    The visit opens the version and asks its queries; of what it draws nothing is kept.
    """
    _keep()
    await Runtime.instance().does_script_run_without_error()
    _keep()
    await asyncio.sleep(FIRST_READER_SECONDS)
    for module in WANTED_LATER:
        await asyncio.to_thread(import_module, module)
    _keep()


def _keep() -> None:
    # Streamlit looks through all objects for garbage after each run of a script, and meanwhile no
    # other thread runs. Those of modules are most of them and never garbage.
    gc.freeze()
