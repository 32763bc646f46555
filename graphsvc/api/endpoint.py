"""`POST /graphql`: GraphQL over HTTP, from bytes to bytes.

The order is the defence: method, media types, body (small, in time), who asks, the document, what they may see, what it
costs, and only then the answer, on a worker thread and within a time. One refusal, one status, one code.
"""

import asyncio
import re
from collections.abc import Mapping
from typing import Any, Final

import orjson
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response

from graphsvc.api.asking import Asked, Credentials
from graphsvc.api.patience import let_finish
from graphsvc.api.refusals import CODES, Refusal
from graphsvc.api.room import Room
from graphsvc.tracing import note, span

JSON: Final = "application/json"
GRAPHQL: Final = "application/graphql-response+json"
_ANY: Final = frozenset({"*/*", "application/*"})
_NUL: Final = re.compile(rb"\\u(?:0000|\{0+\})")
_AS_DATA: Final = frozenset({"GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "DOCUMENT_TOO_COMPLEX"})
"""Refusals of a well-formed request: clients that speak `application/json` only get them with status 200."""


async def graphql(request: Request, room: Room) -> Response:
    """The answer to one request, or its refusal. Faults of ours leave as INTERNAL_SERVER_ERROR."""
    with span("POST /graphql", came_from=request.headers.get("traceparent", ""), route="/graphql"):
        response = await _answered(request, room)
        note(status=response.status_code)
        return response


async def _answered(request: Request, room: Room) -> Response:
    media, request_id, limits = JSON, room.request_id(), room.limits
    try:
        if request.method != "POST":
            raise Refusal("METHOD_NOT_ALLOWED", "only POST is answered here")
        media = accepted(request.headers.get("accept"))
        body = await body_within(request, limits.body_bytes, limits.body_seconds)
        asked = parsed(body, request.headers.get("content-type"))
        answer = await room.answer(asked, credentials_of(request), request_id)
        let_finish(request.scope)  # a large answer on a slow line
    except ClientDisconnect:
        return Response(status_code=400)
    except Exception as error:
        refusal = room.refused(error, request_id)
        status = 200 if media == JSON and refusal.code in _AS_DATA else refusal.status
        shown = orjson.dumps({"errors": [refusal.shown()]})
        return Response(shown, status, headers_of(refusal, request_id), media_type=f"{media}; charset=utf-8")
    # Of partial answers the draft says 294; until it is a standard, whoever gets data gets 200.
    status = 200 if answer.failed is None or media == JSON else CODES[answer.failed].status
    return Response(answer.body, status, {"X-Request-Id": request_id}, media_type=f"{media}; charset=utf-8")


def headers_of(refusal: Refusal, request_id: str) -> dict[str, str]:
    """Headers that a refusal comes with."""
    headers = {"X-Request-Id": request_id}
    if refusal.retry_after is not None:
        headers["Retry-After"] = str(refusal.retry_after)
    if refusal.code == "UNAUTHENTICATED":
        headers["WWW-Authenticate"] = "Bearer"
    if refusal.code == "METHOD_NOT_ALLOWED":
        headers["Allow"] = "POST"
    return headers


def credentials_of(request: HTTPConnection) -> Credentials:
    """What the headers say of who asks and why."""
    headers = request.headers
    return Credentials(headers.get("authorization"), _utf8(headers.get("purpose")), headers.get("case-ref"))


def accepted(accept: str | None) -> str:
    """The media type to answer in: what the client likes best of the two. NOT_ACCEPTABLE where it likes neither."""
    best, best_weight = JSON, 0.0
    for part in (accept or "*/*").split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = _weight(parameters)
        offered = JSON if name in _ANY else name
        if offered in (JSON, GRAPHQL) and weight > best_weight:
            best, best_weight = offered, weight
    if not best_weight:
        raise Refusal("NOT_ACCEPTABLE", f"answers are {GRAPHQL} or {JSON}")
    return best


async def body_within(request: Request, most: int, seconds: float) -> bytes:
    """The body, if it is small enough and arrives in time; the rest is never read."""
    declared = request.headers.get("content-length", "0")
    if not declared.isascii() or not declared.isdecimal() or int(declared) > most:
        raise Refusal("BODY_TOO_LARGE", f"a body has at most {most} bytes")
    content = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                content += chunk
                if len(content) > most:
                    raise Refusal("BODY_TOO_LARGE", f"a body has at most {most} bytes")
    except TimeoutError:
        raise Refusal("REQUEST_TIMEOUT", f"the body must arrive within {seconds:g} s") from None
    return bytes(content)


def parsed(body: bytes, content_type: str | None) -> Asked:
    """What a body asks for. Refused where it is not one JSON object of the right form; batches are not."""
    name, *parameters = (piece.strip().lower() for piece in (content_type or "").split(";"))
    if name != JSON or any(p.startswith("charset=") and p.strip('"') not in _UTF8 for p in parameters):
        raise Refusal("UNSUPPORTED_MEDIA_TYPE", f"a body is {JSON} in UTF-8")
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Refusal("BAD_REQUEST", "the body is not JSON") from None
    if holds_nul(body):
        raise Refusal("BAD_REQUEST", "the body holds the character NUL, which is in no text here")
    if not isinstance(content, dict):
        raise Refusal("BAD_REQUEST", "the body is one JSON object; batches are not answered")
    return asked_of(content)


def holds_nul(text: bytes) -> bool:
    """Whether JSON holds NUL, written for JSON or for a literal of GraphQL: PostgreSQL takes it in no text."""
    return b"\\u" in text and _NUL.search(text) is not None


def asked_of(content: Mapping[str, Any]) -> Asked:
    """The parameters of a request, in the types that they must have."""
    for key, kind in (("query", str), ("operationName", str), ("variables", dict), ("extensions", dict)):
        if content.get(key) is not None and not isinstance(content[key], kind):
            raise Refusal("BAD_REQUEST", f"{key} must be {'an object' if kind is dict else 'text'}")
    name = content.get("documentId")
    if content.get("query") is None and not isinstance(name, str):
        raise Refusal("BAD_REQUEST", "query is missing")
    return Asked(content.get("query"), name, content.get("operationName") or None, content.get("variables") or {})


_UTF8: Final = frozenset({"charset=utf-8", "charset=utf8", 'charset="utf-8'})


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
        if key.strip() == "charset" and value.strip('" ') not in ("utf-8", "utf8"):
            return 0.0
    return 1.0


def _utf8(value: str | None) -> str | None:
    """A header as UTF-8, if it is that: Starlette reads headers as Latin-1."""
    if value is None:
        return None
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value
