"""`python -m bench.answers [HOME]`: processor time of answers over GraphQL beside plain Strawberry, in the same run.

Two documents on an analysed data folder (without one, a world is simulated): a page of 20 victims with evidence, and a
canvas of up to 10,000 numbers. `ours` is how the service answers; `plain` parses, validates and executes each time with
graphql-core, as Strawberry does, with the same resolvers. *First* is with nothing remembered of any answer, *asked
otherwise* with what was made of the same people for another document, *again* with all; the database's cache is warm in
each. Both answers are compared, and must be the same bytes. `door` is a whole request through the ASGI application: who
asks, gate, authority, cost, answer, audit log on disk.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
from graphql import execute_sync, parse, validate

from bench.__main__ import make_world
from graphsvc.api.app import make_app, make_room
from graphsvc.api.asking import Asking
from graphsvc.api.columns import WRITES
from graphsvc.api.documents import Documents
from graphsvc.api.execution import coerced_variables, run_compiled
from graphsvc.api.room import Room
from graphsvc.garbage import collect_seldom
from graphsvc.model.callers import Caller, Role
from graphsvc.model.kept import Kept
from graphsvc.settings import Settings
from graphsvc.wiring import open_service

OPERATIONS = Path(__file__).parents[1] / "schema" / "operations"
SUBSCRIBERS, DAYS = 10_000, 21
SERIES = 3


def cpu_ms(work: Callable[[], Any], times: int) -> float:
    """Processor time of one run in milliseconds: the least of some series."""
    work()
    series = []
    for _ in range(SERIES):
        began = time.process_time()
        for _ in range(times):
            work()
        series.append((time.process_time() - began) / times * 1000)
    return min(series)


def compare(room: Room, name: str, variables: dict[str, Any], times: int) -> str:
    """A row of the table."""
    document = (OPERATIONS / f"{name}.graphql").read_text()
    reads: Any = type("Nobody", (), {"note": lambda *_: None})()
    fields = room.documents.prepared(document, None).fields
    asking = Asking(
        replace(room.service, reads=reads),
        Caller("bench", Role.INVESTIGATOR, "", "bench"),
        room.ids,
        fields,
        reads,
        room.documents.settled,
    )
    asking.now = 0

    def forget() -> None:
        forget_written()
        asking.service = replace(asking.service, people=Kept(1_000))
        asking.settled.values._held.clear()

    def forget_written() -> None:
        asking._ids.clear()
        asking.service = replace(asking.service, pages=Kept(32))
        asking.settled.written._held.clear()

    def ours() -> bytes:
        with asking.service.catalogue.one_state():  # as `Room.answer` does, whatever executes
            found = room.documents.prepared(document, None)
            answer = run_compiled(room.schema, found, coerced_variables(room.schema, found, variables), asking)
        return orjson.dumps(answer, option=WRITES)

    def plain() -> bytes:
        tree = parse(document)
        assert not validate(room.schema._schema, tree)
        with asking.service.catalogue.one_state():
            result = execute_sync(room.schema._schema, tree, context_value=asking, variable_values=variables)
        return orjson.dumps({"data": result.data})

    def first(work: Callable[[], Any], forget: Callable[[], None] = forget) -> Callable[[], None]:
        def fresh() -> None:
            forget()
            work()

        return fresh

    assert ours() == ours() == plain()
    took = [cpu_ms(work, times) for work in (first(ours), first(plain), ours, plain)]
    otherwise = cpu_ms(first(ours, forget_written), times)
    through = cpu_ms(door(room, document, variables), times)
    ratios = took[1] / took[0], took[3] / took[2]
    figures = " | ".join(f"{each:.2f}" for each in (*took[:2], ratios[0], otherwise, *took[2:], ratios[1], through))
    return f"| {name} | {len(ours()):,} | {figures} |"


def door(room: Room, document: str, variables: dict[str, Any]) -> Callable[[], None]:
    """A request of an investigator, from bytes to bytes."""
    service = room.service
    token = service.access.create(role=Role.INVESTIGATOR, region="", expires_at=None, purpose=None).token
    body = orjson.dumps({"query": document, "variables": variables})
    given = {"content-type": "application/json", "authorization": f"Bearer {token}", "content-length": str(len(body))}
    scope = {"type": "http", "method": "POST", "path": "/graphql", "raw_path": b"/graphql", "query_string": b""}
    scope |= {"headers": [(name.encode(), value.encode()) for name, value in given.items()], "http_version": "1.1"}
    scope |= {"scheme": "http", "server": ("bench", 80), "client": ("bench", 1), "root_path": ""}
    app = make_app(room)

    async def ask() -> None:
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await app(dict(scope), receive, send)
        assert sent[0]["status"] == 200

    loop = asyncio.new_event_loop()
    return lambda: loop.run_until_complete(ask())


def measure(home: Path) -> None:
    """Print the table for one data folder."""
    with open_service(Settings(home=home, api_budget=10**9)) as service:
        room = make_room(service)
        room.documents = Documents(room.schema._schema)
        counts = service.current().counts
        print(f"{counts['events']:,} events, {counts['numbers']:,} numbers; processor milliseconds\n")
        print(
            "| document | bytes | ours, first | plain, first | ratio | ours, asked otherwise "
            "| ours, again | plain, again | ratio | door, again |"
        )
        print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
        print(compare(room, "investigator-victims", {"first": 20}, 10), flush=True)
        members = service.network(service.networks(limit=1)[0].reference, reveal=None).members
        tokens = [member.token for member in members][:20]
        for limit, times in ((1_000, 5), (10_000, 1)):
            print(compare(room, "canvas", {"ids": tokens, "hops": 2, "limit": limit}, times), flush=True)


def main() -> None:
    """Measure a folder, or a simulated world."""
    collect_seldom()  # as whoever serves does
    if len(sys.argv) > 1:
        return measure(Path(sys.argv[1]))
    with tempfile.TemporaryDirectory() as folder:
        world, home = Path(folder) / "world", Path(folder) / "home"
        make_world(world, subscribers=SUBSCRIBERS, days=DAYS)
        for command in (["load", str(world / "feeds")], ["analyse"]):
            place = {**os.environ, "GRAPHSVC_HOME": str(home)}
            subprocess.run(
                [sys.executable, "-m", "graphsvc", *command], check=True, stdout=subprocess.DEVNULL, env=place
            )
        return measure(home)


if __name__ == "__main__":
    main()
