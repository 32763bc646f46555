"""The ASGI application: a few paths, the same headers on every answer, and a clean end."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from graphsvc.api.cost import Budgets
from graphsvc.api.documents import Documents
from graphsvc.api.editor import editor_routes
from graphsvc.api.endpoint import graphql
from graphsvc.api.feeds import feeds
from graphsvc.api.guide import PLACE, guide
from graphsvc.api.identity import Identity, Issuer
from graphsvc.api.ids import GlobalIds
from graphsvc.api.keeping_up import keep_up
from graphsvc.api.link import link
from graphsvc.api.metrics import Metrics
from graphsvc.api.readiness import readiness
from graphsvc.api.room import Limits, Room
from graphsvc.api.schema.whole import schema
from graphsvc.api.sockets import Sockets
from graphsvc.api.static import page_routes
from graphsvc.api.trusted import Trusted
from graphsvc.live.source import LiveSource
from graphsvc.service import Service
from graphsvc.store.sealing import Sealer

HEADERS: Final = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
BUDGET_SECONDS: Final = 30
"""A purse holds what fills it in so many seconds."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def make_room(
    service: Service, limits: Limits | None = None, *, lives: bool = False, sources: Sequence[LiveSource] = ()
) -> Room:
    """What answers: made from the service and its settings. `lives`: whether it keeps up with what comes in.

    `sources` is what it reads by itself then.
    """
    settings = service.settings
    issuer = None
    if settings.oidc_issuer is not None and settings.oidc_keys is not None:
        issuer = Issuer(settings.oidc_issuer, settings.oidc_audience, settings.oidc_keys)
    one_schema = schema()
    per_second = float(settings.api_budget)
    return Room(
        service=service,
        schema=one_schema,
        documents=Documents(one_schema._schema),
        identity=Identity(service.access, issuer),
        ids=GlobalIds(Sealer(service.registry.keys.ids)),
        budgets=Budgets(per_second, per_second * BUDGET_SECONDS, time.monotonic),
        metrics=Metrics(service),
        trusted=Trusted.load() if settings.documents == "trusted" else None,
        limits=limits or Limits(),
        lives=lives,
        sources=sources,
    )


def make_app(room: Room, *, ide: bool = False) -> App:
    """The application that answers with a room. `ide`: whether it serves the editor for queries as well."""

    async def answer(request: Request) -> Response:
        return await graphql(request, room)

    async def fed(request: Request) -> Response:
        return await feeds(request, room)

    async def opened(request: Request) -> Response:
        return await link(request, room)

    async def alive(_: Request) -> Response:
        return _json({"status": "alive"}, 200)

    async def ready(_: Request) -> Response:
        checks = await room.in_thread(lambda: readiness(room.service))
        fine = all(found == "ok" for found in checks.values())
        return _json({"status": "ready" if fine else "not ready", "checks": checks}, 200 if fine else 503)

    async def metrics(_: Request) -> Response:
        text = await room.in_thread(room.metrics.text)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        live = asyncio.create_task(keep_up(room)) if room.lives else None
        yield
        room.closing.set()
        if live is not None:
            await live

    sockets = Sockets(room)
    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    routes: list[BaseRoute] = [
        *page_routes(),
        Route(f"{PLACE}/{{name}}", guide, methods=["GET", "OPTIONS"]),
        Route("/graphql", answer, methods=methods),
        WebSocketRoute("/graphql", sockets.answer),
        Route("/feeds/{feed}", fed, methods=["POST"]),
        Route("/link", opened, methods=["POST"]),
        *(editor_routes() if ide else ()),
        Route("/healthz", alive),
        Route("/readyz", ready),
        Route("/metrics", metrics),
    ]
    return _with_headers(Starlette(routes=routes, lifespan=lifespan))


def _json(content: dict[str, Any], status: int) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


def _with_headers(app: App) -> App:
    """The application with the headers that every answer carries."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message.get("headers", ())}
                more = [(name, value) for name, value in HEADERS if name not in given]
                message["headers"] = [*message.get("headers", ()), *more]
            await send(message)

        await app(scope, receive, sent if scope["type"] == "http" else send)

    return wrapped
