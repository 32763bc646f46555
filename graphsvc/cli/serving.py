"""The command that keeps running: API, page and the live pipeline in one process."""

import ipaddress
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from graphsvc.cli.desk import Desk, pass_desk
from graphsvc.cli.output import note
from graphsvc.cli.stopping import until_stopped
from graphsvc.model.callers import Role

if TYPE_CHECKING:
    from graphsvc.api.room import Room
    from graphsvc.service import Service

_FIRST_LOOK_MS = 12 * 3600 * 1000
_KEEP_ALIVE_S = 10
_GOODBYE_S = 25
_CONNECTIONS_MAX = 512
_SWITCH_S = 0.0005
"""After how long a thread that computes lets another have the interpreter. Whoever answers, keeps what came in, or
glances gives it away at each statement, and has to get it back from whoever plans warnings: by Python's own 5 ms some
sixty times a glance."""


@click.command(short_help="API and page in one process.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: any that is free.")
@click.option("--tls-key", type=click.Path(exists=True, dir_okay=False), help="The key of --tls-certificate.")
@click.option("--tls-certificate", type=click.Path(exists=True, dir_okay=False), help="Serve HTTPS with this.")
@click.option("--behind-proxy", is_flag=True, help="A proxy in front of this address ends TLS.")
@click.option("--ide", is_flag=True, help="An editor for queries (GraphiQL) at /ide, on this machine alone.")
@pass_desk
def serve(
    desk: Desk, host: str, port: int, tls_key: str | None, tls_certificate: str | None, behind_proxy: bool, ide: bool
) -> None:
    """Serve the API until Ctrl-C. On this machine alone a link is printed that opens the page once, as long as it runs.

    Beyond this machine, access tokens must exist (graphsvc token create) and TLS must be on, here or in a proxy.
    """
    import uvicorn

    from graphsvc.api.app import make_app, make_room
    from graphsvc.api.frames import CountedFrames
    from graphsvc.api.logs import logs_as_lines
    from graphsvc.api.patience import PatientProtocol
    from graphsvc.api.readiness import make_ready
    from graphsvc.api.server import Server
    from graphsvc.wiring import live_sources, looked_at_apart, traced

    if (tls_key is None) != (tls_certificate is None):
        raise click.UsageError("--tls-key and --tls-certificate go together")
    here = _is_loopback(host)
    if ide and (behind_proxy or not here):
        raise click.UsageError("--ide is for this machine alone")
    with desk.service() as opened, looked_at_apart(opened) as service:
        if not here and not (tls_certificate or behind_proxy):
            raise click.UsageError(
                "beyond this machine tokens need TLS: give --tls-key and --tls-certificate, or --behind-proxy"
            )
        if not here and not service.access.any_holds():
            raise click.UsageError("beyond this machine access tokens come first: graphsvc token create --role …")
        listening = _listen(host, port)
        where = f"{'https' if tls_certificate else 'http'}://{_named(host)}:{listening.getsockname()[1]}"
        room = make_room(service, lives=True, sources=live_sources(service))
        make_ready(room)

        config = uvicorn.Config(
            make_app(room, ide=ide),
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            lifespan="on",
            http=PatientProtocol,
            ws=CountedFrames,
            ws_max_size=room.limits.sockets.message_bytes,
            ws_per_message_deflate=False,
            limit_concurrency=_CONNECTIONS_MAX,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=_GOODBYE_S,
            h11_max_incomplete_event_size=16 * 1024,
            ssl_keyfile=tls_key,
            ssl_certfile=tls_certificate,
            proxy_headers=behind_proxy,
        )
        tell_of_browser(service, listening.getsockname()[1], wanted=here and not tls_certificate)
        with logs_as_lines(), traced(), _first_look(room, where, wanted=here and not behind_proxy, ide=ide):
            note(f"serving {where}/graphql; stop with Ctrl-C")
            with until_stopped():
                sys.setswitchinterval(_SWITCH_S)
                Server(config, room).run(sockets=[listening])


def tell_of_browser(service: "Service", port: int, *, wanted: bool) -> None:
    """Where Neo4j runs on this machine: how to open its Browser with the guide, which is served here."""
    from graphsvc.api.guide import PLACE
    from graphsvc.graph.neo4j.guide import HOST, browser_link

    address = service.projecting.servers.address() if wanted else None
    if address is not None and address.http is not None:
        note(f"Neo4j Browser with our guide: {browser_link(address, f'http://{HOST}:{port}{PLACE}')}")


@contextmanager
def _first_look(room: "Room", where: str, *, wanted: bool, ide: bool) -> Iterator[None]:
    """On this machine: a link for this run that opens the page once, and one with a token for the editor.

    Neither opens anything when the run has ended.
    """
    if not wanted:
        yield
        return
    from graphsvc.access import FirstLook

    access, until = room.service.access, room.service.time.wall() + _FIRST_LOOK_MS
    look = room.first_look = FirstLook.begin(access, until)
    note(f"open {where}/#token={look.link.token} (once)")
    editor = None
    if ide:
        purpose = "the editor on this machine"
        editor = access.create(role=Role.INVESTIGATOR, region="", expires_at=until, purpose=purpose)
        note(f"open {where}/ide#token={editor.token}")
    try:
        yield
    finally:
        look.end()
        if editor is not None:
            access.revoke(editor.about.token_id)


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; an address that cannot be had is wrong usage."""
    listening = None
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, proto)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen()  # whoever follows the link at once waits, and is not refused
    except OSError as failed:
        if listening is not None:
            listening.close()
        raise click.UsageError(f"cannot listen on port {port} there: {failed.strerror or 'no such address'}") from None
    return listening


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _named(host: str) -> str:
    return f"[{host}]" if ":" in host else host
