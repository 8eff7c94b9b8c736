"""Routes that are imported when they are first asked for: few ask, and no start waits for them.

What does not belong here: the routes.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.routing import Router
from starlette.types import Receive, Scope, Send


class Later:
    """The ``ROUTES`` of a module, as one endpoint.

    Args:
        module: its name; what it imports has time until the first request.
    """

    def __init__(self, module: str) -> None:
        self._module: Final = module

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the module's routes do."""
        module = await run_in_threadpool(import_module, self._module)
        await Router(module.ROUTES)(scope, receive, send)
