"""`POST /link`: a token for the one that a link has, once. The page asks for it as soon as the link is opened."""

import orjson
from starlette.requests import Request
from starlette.responses import Response

from graphsvc.access import MadeToken
from graphsvc.api.endpoint import headers_of
from graphsvc.api.identity import bearer_of, stranger
from graphsvc.api.room import Room


async def link(request: Request, room: Room) -> Response:
    """The token, or why there is none: a stranger spends no link, and a link that is spent says what to do."""
    request_id = room.request_id()
    try:
        made = await room.in_thread(lambda: _opened(room, request.headers.get("authorization")))
    except Exception as error:
        refusal = room.refused(error, request_id)
        body = orjson.dumps({"errors": [refusal.shown()]})
        return Response(body, refusal.status, headers_of(refusal, request_id), media_type="application/json")
    return Response(orjson.dumps({"token": made.token}), 200, {"X-Request-Id": request_id}, "application/json")


def _opened(room: Room, authorization: str | None) -> MadeToken:
    token = bearer_of(authorization)
    made = None if token is None or room.first_look is None else room.first_look.open(token)
    if made is None:
        raise stranger()
    return made
