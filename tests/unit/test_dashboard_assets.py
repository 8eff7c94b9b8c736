"""Streamlit's own files from memory: the same answers, and for nothing else."""

from __future__ import annotations

import re

import pytest
from httpx import Response
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_handler

from dashboard.assets import FILES, ROOT, Assets


@pytest.fixture
def streamlits() -> Starlette:
    """Streamlit's own answers to requests for its files."""
    return Starlette(routes=[Mount("/", create_streamlit_static_handler(str(ROOT), None))])


def test_files_are_answered_as_streamlit_does(streamlits: Starlette) -> None:
    asked = re.findall(r'"\./(static/[^"]+)"', (ROOT / "index.html").read_text())
    assert len(asked) > 20
    nothing = Starlette(middleware=[Middleware(Assets)])
    for address in asked:
        answer, expected = (TestClient(app).get(f"/{address}") for app in (nothing, streamlits))
        assert answer.status_code == expected.status_code == 200
        assert answer.content == expected.content
        for name in ("content-type", "content-length", "cache-control"):
            assert answer.headers[name] == expected.headers[name], (address, name)


@pytest.mark.parametrize(
    "address",
    ["/", "/static/js/none.js", "/static/js/../../index.html", "/static/%2e%2e/index.html"],
)
def test_what_is_no_such_file_is_passed_on(address: str) -> None:
    answer = _passed_on("GET", address)
    assert (answer.status_code, answer.text) == (200, "passed on")


def test_only_reading_is_answered() -> None:
    file = next(iter(FILES))
    assert _passed_on("GET", file).text != "passed on"
    assert _passed_on("POST", file).text == "passed on"


def _passed_on(method: str, address: str) -> Response:
    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("passed on")(scope, receive, send)

    return TestClient(Assets(behind)).request(method, address)
