"""Graphs in the memory of Graph Data Science: made for one question, and let go again."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Final

from graphsvc.graph.neo4j.connection import Database

SECONDS: Final = 3600.0
"""A whole graph takes its time."""

THREADS: Final = 1
"""More give another answer each time."""

_made = count(1)


@contextmanager
def projected(database: Database, statement: str, **given: Any) -> Iterator[str]:
    """The name of what a statement projects; what a crash left there goes first."""
    name = f"graphsvc-{os.getpid()}-{next(_made)}"
    database.read("graph/sweep_projections")
    database.read(statement, seconds=SECONDS, projection=name, threads=THREADS, **given)
    try:
        yield name
    finally:
        database.read("graph/drop_projection", projection=name)
