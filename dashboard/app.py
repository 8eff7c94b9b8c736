"""What `streamlit run dashboard/app.py` starts: the dashboard, its feeds and its read API.

Routes only: pages are gathered by ``shell/frame.py``. What pages import is imported here, at the
server's start: else the first reader would wait for it.
"""

from __future__ import annotations

import streamlit as st

from dashboard import api, components, routes_feeds  # noqa: F401

app = st.App(
    "shell/frame.py",
    routes=[*api.ROUTES, *routes_feeds.ROUTES],
    middleware=routes_feeds.MIDDLEWARE,
)
