"""What `streamlit run dashboard/app.py` starts: the dashboard, its feeds and its read API.

Routes only: pages are gathered by ``shell/frame.py``.
"""

from __future__ import annotations

import streamlit as st

from dashboard import api, routes_feeds

app = st.App(
    "shell/frame.py",
    routes=[*api.ROUTES, *routes_feeds.ROUTES],
    middleware=routes_feeds.MIDDLEWARE,
)
