"""The guide of Neo4j Browser, mounted where the API is: texts of the package, for a Browser of another origin."""

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from graphsvc.graph.neo4j.guide import SHARED, guide_page

PLACE: Final = "/guide"
_HOST: Final = re.compile(r"[\w.-]+(:\d+)?|\[[\da-f:]+\](:\d+)?", re.ASCII | re.IGNORECASE)


async def guide(request: Request) -> Response:
    """A page of the guide; its links lead back here, under the name by which it was asked for."""
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=SHARED)
    asked = request.url
    page = guide_page(request.path_params["name"], f"{asked.scheme}://{asked.netloc}{PLACE}")
    if page is None or not _HOST.fullmatch(asked.netloc):
        return Response(status_code=404, headers=SHARED)
    return Response(page.content, headers={**SHARED, "Content-Type": page.media_type})
