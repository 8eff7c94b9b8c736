"""Streamlit's scripts, styles and fonts, answered from memory.

A new session asks for nearly a hundred before it draws anything. Streamlit reads each from disk in
threads, which wait for one another and for the pages' scripts. What does not belong here: anything
that can change while the server runs.
"""

from __future__ import annotations

from functools import cache
from mimetypes import guess_type
from pathlib import Path
from typing import Final

import streamlit
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

ROOT: Final = Path(streamlit.__file__).parent / "static"
FILES: Final = {f"/{path.relative_to(ROOT).as_posix()}": path for path in ROOT.glob("static/*/*.*")}
"""The files by their address: those with a checksum in their name, so nobody asks for one twice."""


class Assets:
    """Answers requests for :data:`FILES`, and passes all others on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        is_file = scope["type"] == "http" and scope["method"] == "GET" and scope["path"] in FILES
        await (_response(scope["path"]) if is_file else self._app)(scope, receive, send)


@cache
def _response(address: str) -> Response:
    path = FILES[address]
    headers = {"Cache-Control": "public, immutable, max-age=31536000"}
    return Response(path.read_bytes(), headers=headers, media_type=guess_type(path.name)[0])
