"""What `streamlit run dashboard/app.py` starts: the dashboard, its feeds and its read API.

Routes only: pages are gathered by ``shell/frame.py``. A reader waits for what is imported here, and
so only for what their first request needs (``warm_up.py`` imports the rest).
"""

from __future__ import annotations

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from dashboard.assets import Assets
from dashboard.feed_links import FeedLinks
from dashboard.later import Later
from dashboard.warm_up import lifespan

app = st.App(
    "shell/frame.py",
    routes=[
        Route("/api/{rest:path}", Later("dashboard.api")),
        Route("/feeds/{rest:path}", Later("dashboard.routes_feeds")),
        Route("/confirm", Later("dashboard.routes_feeds")),
        Route("/unsubscribe", Later("dashboard.routes_feeds")),
    ],
    middleware=[Middleware(Assets), Middleware(FeedLinks)],
    lifespan=lifespan,
)
