"""`python -m bench.answers HOME`: processor time of answers over GraphQL beside plain Strawberry, in the same run.

Two documents on an analysed data folder: a page of 20 victims with evidence, and a canvas of up to 10,000 numbers.
`compiled` is how the service answers (documents prepared once); `plain` parses, validates and executes each time with
graphql-core, as Strawberry does. Both answers are compared. `service` is the part that is the service's own.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
from graphql import execute_sync, parse, validate

from graphsvc.api.app import make_room
from graphsvc.api.asking import Asking
from graphsvc.api.execution import coerced_variables, run_compiled
from graphsvc.api.room import Room
from graphsvc.model.callers import Caller, Role
from graphsvc.reports.values import Page
from graphsvc.reports.walks import Around
from graphsvc.settings import Settings
from graphsvc.wiring import open_service

OPERATIONS = Path(__file__).parents[1] / "schema" / "operations"


def cpu_ms(work: Callable[[], Any], times: int) -> float:
    """Processor time of one run in milliseconds: the least of three series."""
    work()
    series = []
    for _ in range(3):
        began = time.process_time()
        for _ in range(times):
            work()
        series.append((time.process_time() - began) / times * 1000)
    return min(series)


def compare(room: Room, name: str, variables: dict[str, Any], service: Callable[[], Any], times: int) -> str:
    """A row of the table."""
    document = (OPERATIONS / f"{name}.graphql").read_text()
    prepared = room.documents.prepared(document, None)
    reads: Any = type("Nobody", (), {"note": lambda *_: None})()
    acting = replace(room.service, reads=reads)
    asking = Asking(acting, Caller("bench", Role.INVESTIGATOR, "", "bench"), room.ids, prepared.fields, reads)
    asking.now = 0

    def compiled() -> bytes:
        found = room.documents.prepared(document, None)
        return orjson.dumps(run_compiled(room.schema, found, coerced_variables(room.schema, found, variables), asking))

    def plain() -> bytes:
        tree = parse(document)
        assert not validate(room.schema._schema, tree)
        result = execute_sync(room.schema._schema, tree, context_value=asking, variable_values=variables)
        return orjson.dumps({"data": result.data})

    assert compiled() == plain()
    took = [cpu_ms(work, times) for work in (compiled, plain, service)]
    beside = [max(0.001, each - took[2]) for each in took[:2]]
    size = len(compiled())
    return (
        f"| {name} | {size:,} | {took[0]:.2f} | {took[1]:.2f} | {took[2]:.2f} | {beside[0]:.2f} | {beside[1]:.2f} "
        f"| {beside[1] / beside[0]:.1f} |"
    )


def main() -> None:
    """Print the table for one data folder."""
    print("| document | bytes | compiled ms | plain ms | of it service ms | GraphQL compiled | GraphQL plain | ratio |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    with open_service(Settings(home=Path(sys.argv[1]), api_budget=10**9)) as service:
        room = make_room(service)
        page = service.victims(Page(limit=20))
        victims = {"first": 20}
        print(compare(room, "investigator-victims", victims, lambda: service.victims(Page(limit=20)), 20))
        members = service.network(service.networks(limit=1)[0].reference, reveal=None).members
        tokens = [member.token for member in members][:20] or [page.victims[0].token]
        around = Around(hops=2, limit=10_000)
        canvas = {"ids": tokens, "hops": 2, "limit": 10_000}
        print(compare(room, "canvas", canvas, lambda: service.exploring.neighbourhood(tokens, around), 1))


if __name__ == "__main__":
    main()
