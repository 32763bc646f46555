"""The editor for queries: GraphiQL from files of ours, off unless `serve --ide`, on this machine alone.

It asks nobody but this service, keeps nothing in the browser, and may do no more than the token in its address does.
"""

from functools import partial
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FILES: Final = {
    "index.html": "text/html",
    "start.js": "text/javascript",
    "start.css": "text/css",
    "graphiql.min.js": "text/javascript",
    "graphiql.min.css": "text/css",
    "react.production.min.js": "text/javascript",
    "react-dom.production.min.js": "text/javascript",
    "LICENSES.txt": "text/plain",
}
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src data:; img-src data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FOLDER: Final = Path(__file__).with_name("ide")


def editor_routes() -> list[Route]:
    """The editor's page at `/ide` and its files below."""
    return [
        Route("/ide", partial(_file, "index.html")),
        *(Route(f"/ide/{name}", partial(_file, name)) for name in FILES),
    ]


async def _file(name: str, _: Request) -> Response:
    policy = {"Content-Security-Policy": POLICY}
    content = (_FOLDER / name).read_bytes()
    return Response(content, 200, policy, media_type=f"{FILES[name]}; charset=utf-8")
