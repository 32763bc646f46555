"""`POST /feeds/{feed}`: rows of any feed from a token of role feeder. A 200 means that they are durable."""

from dataclasses import asdict
from functools import partial
from typing import Final

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from graphsvc.api.endpoint import body_within, credentials_of, headers_of
from graphsvc.api.patience import let_finish
from graphsvc.api.refusals import Refusal
from graphsvc.api.room import Room
from graphsvc.errors import FolderHeld
from graphsvc.feeding import BatchTaken
from graphsvc.model.callers import Role
from graphsvc.tracing import note, span

NDJSON: Final = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl"})
ARROW: Final = "application/vnd.apache.arrow.stream"
BYTES_MAX: Final = 32 * 1024 * 1024
SECONDS_MAX: Final = 120.0
_BYTES_A_UNIT: Final = 2000
_COME_AGAIN_S: Final = 5


async def feeds(request: Request, room: Room) -> Response:
    """The answer to one batch, or its refusal."""
    with span("POST /feeds/{feed}", came_from=request.headers.get("traceparent", ""), route="/feeds/{feed}"):
        response = await _answered(request, room)
        note(status=response.status_code)
        return response


async def _answered(request: Request, room: Room) -> Response:
    request_id = room.request_id()
    try:
        caller = await room.in_thread(lambda: room.identity.caller(credentials_of(request).authorization))
        if caller.role is not Role.FEEDER:
            raise Refusal("FORBIDDEN", f"the role {caller.role.value} may not feed")
        let_finish(request.scope)  # a large batch on a slow line
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media not in NDJSON and media != ARROW:
            raise Refusal("UNSUPPORTED_MEDIA_TYPE", f"rows come as application/x-ndjson or {ARROW}")
        names = [request.headers.get(name) for name in ("feed-id", "batch-id")]
        if not all(names):
            raise Refusal("BAD_REQUEST", "the headers Feed-Id and Batch-Id say which batch this is")
        with room.holding(_declared(request)):
            taken = await _taken(request, room, caller.name, arrow=media == ARROW, names=[str(name) for name in names])
    except ClientDisconnect:
        return Response(status_code=400)
    except Exception as error:
        refusal = _busy(error) or room.refused(error, request_id)
        body = orjson.dumps({"errors": [refusal.shown()]})
        return Response(body, refusal.status, headers_of(refusal, request_id), media_type="application/json")
    room.came.set()
    room.metrics.count_rows(taken.feed, taken.accepted, taken.duplicate, taken.rejected)
    status = 422 if taken.rejected else 200
    return Response(orjson.dumps(asdict(taken)), status, {"X-Request-Id": request_id}, media_type="application/json")


async def _taken(request: Request, room: Room, caller: str, *, arrow: bool, names: list[str]) -> BatchTaken:
    """The body, read and kept."""
    body = await body_within(request, BYTES_MAX, SECONDS_MAX)
    room.budgets.spend(caller, min(len(body) // _BYTES_A_UNIT, int(room.budgets.most)))
    feed, (feed_id, batch_id) = request.path_params["feed"], names
    take = partial(room.service.feeding.take, feed, body, arrow=arrow, feed_id=feed_id, batch_id=batch_id)
    return await room.in_thread(take, feeding=True)


def _declared(request: Request) -> int:
    """How large the body will be at most: as declared, or as allowed where nothing is."""
    said = request.headers.get("content-length", "")
    return min(int(said), BYTES_MAX) if said.isascii() and said.isdecimal() else BYTES_MAX


def _busy(error: Exception) -> Refusal | None:
    """Another writer has the folder: the same batch again, a little later."""
    if not isinstance(error, FolderHeld):
        return None
    return Refusal("RATE_LIMITED", "another writer is at work; send the same batch again", retry_after=_COME_AGAIN_S)
