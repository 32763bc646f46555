"""The guide over HTTP on this machine, for a Browser that runs on this machine: texts of the package, never data."""

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from graphsvc.graph.neo4j.guide import HOST, SHARED, guide_page


class GuideServer(ThreadingHTTPServer):
    """Serves the guide at a free port of the loopback address, or the one given; `serve_forever` until `shutdown`."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        """Listen; OSError where the port is taken."""
        super().__init__(("127.0.0.1", port), _Answer)

    @property
    def base(self) -> str:
        """The address that names of pages are added to, without a slash at its end."""
        return f"http://{HOST}:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: GuideServer

    def do_OPTIONS(self) -> None:
        self._head(HTTPStatus.NO_CONTENT, {})

    def do_GET(self) -> None:
        page = guide_page(self.path.partition("?")[0].removeprefix("/"), self.server.base)
        if page is None:
            self._head(HTTPStatus.NOT_FOUND, {"Content-Length": "0"})
        else:
            self._head(HTTPStatus.OK, {"Content-Type": page.media_type, "Content-Length": str(len(page.content))})
            self.wfile.write(page.content)

    def _head(self, status: HTTPStatus, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in (SHARED | headers).items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # nobody reads it
        pass
