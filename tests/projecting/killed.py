"""What the kill tests run in a process of its own: one sync in small steps, with a word in the middle of each."""

from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from graphsvc.graph.neo4j import position
from graphsvc.projecting import (
    old_events,
    steps_of_events,
    steps_of_facts,
    steps_of_findings,
    steps_of_retention,
    syncing,
)
from graphsvc.settings import Neo4jAddress
from graphsvc.wiring import open_service
from tests.servers.neo4j import settings_for

SMALL_STEPS: tuple[tuple[Any, str, int], ...] = (
    (syncing, "AT_A_TIME", 40),
    (steps_of_events, "EVENTS_AT_A_TIME", 60),
    (steps_of_events, "_READ_FOR_EACH", 2),
    (steps_of_events, "_FILLED_AT_A_TIME", 60),
    (steps_of_facts, "_ROWS_AT_A_TIME", 3),
    (steps_of_findings, "EVENTS_AT_A_TIME", 60),
    (steps_of_findings, "_NUMBERS_AT_A_TIME", 5),
    (steps_of_retention, "_AGED_AT_A_TIME", 40),
    (old_events, "_EVENTS_AT_A_TIME", 30),
    (old_events, "_NUMBERS_AT_A_TIME", 20),
    (steps_of_retention, "_GONE_AT_A_TIME", 10),
)
"""Many transactions even for a small world."""


def sync(home: Path, address: Neo4jAddress, told: "Connection[str, str]") -> None:
    """Sync the data folder; says `step` in the middle of each transaction, and `done`."""
    for module, name, value in SMALL_STEPS:
        setattr(module, name, value)
    move = position.write

    def moved(*given: Any) -> None:
        move(*given)
        told.send("step")

    setattr(position, "write", moved)  # noqa: B010  # for mypy a function is no variable
    with open_service(settings_for(address, home)) as service:
        service.projecting.sync(patience_seconds=120.0)
    told.send("done")
