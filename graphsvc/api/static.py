"""The investigators' page: built files (web/ has their source), read once, named in full, under a strict policy."""

import hashlib
from functools import partial
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing comes from, and nothing is sent to, any other address."""
KINDS: Final = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".txt": "text/plain"}


def page_routes() -> list[Route]:
    """A route for each built file; the page itself is at `/`."""
    folder = Path(__file__).with_name("page")
    files = {path.name: path for path in sorted(folder.iterdir()) if path.suffix in KINDS}
    return [
        Route("/" if name == "index.html" else f"/{name}", partial(_answer, KINDS[path.suffix], path.read_bytes()))
        for name, path in files.items()
    ]


async def _answer(kind: str, content: bytes, request: Request) -> Response:
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache", "ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(None, 304, headers)
    return Response(content, 200, headers, media_type=f"{kind}; charset=utf-8")
