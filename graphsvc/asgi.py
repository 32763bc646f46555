"""The service as an ASGI application, for a server started by other means: `uvicorn --factory graphsvc.asgi:app`.

`graphsvc serve` does the same and more: it chooses the server's limits, and makes a first token on a laptop.
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import ExitStack
from typing import Any

from graphsvc.api.app import make_app, make_room
from graphsvc.api.readiness import make_ready
from graphsvc.configuration import configured
from graphsvc.wiring import live_sources, looked_at_apart, open_service, traced


def app() -> Callable[..., Awaitable[None]]:
    """The application on the data folder of the environment; opened when the server starts, closed when it stops."""
    opened = ExitStack()
    service = opened.enter_context(open_service(configured(os.environ).settings))
    service = opened.enter_context(looked_at_apart(service))
    opened.enter_context(traced())
    room = make_room(service, lives=True, sources=live_sources(service))
    make_ready(room)
    answering = make_app(room)

    async def application(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        await answering(scope, receive, send)
        if scope["type"] == "lifespan":
            opened.close()

    return application
