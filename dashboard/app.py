"""What `streamlit run dashboard/app.py` starts: the dashboard, its feeds and its read API.

Routes only: pages are gathered by ``shell/frame.py``. What pages import is imported here, at the
server's start: else the first reader would wait for it.
"""

from __future__ import annotations

from importlib import import_module

import streamlit as st
from starlette.middleware import Middleware

from dashboard import api, components, routes_feeds  # noqa: F401
from dashboard.feed_links import FeedLinks

# Streamlit imports it when a reader first needs it, and Altair, in another reader's thread, takes
# the half of it that is there by then.
import_module("pandas")

app = st.App(
    "shell/frame.py",
    routes=[*api.ROUTES, *routes_feeds.ROUTES],
    middleware=[Middleware(FeedLinks)],
)
