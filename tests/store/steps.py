"""What the catalogue is made to do: statements, and steps of SQLite's machine, which grow with each row it looks at."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from graphsvc.store.catalogue import Catalogue

_VALUE = re.compile(r"'(?:[^']|'')*'|(?<![\w.])-?\d+(?:\.\d+)?\b")


@contextmanager
def counted(catalogue: Catalogue) -> Iterator[dict[str, int]]:
    """Statements that are asked meanwhile, and steps of SQLite's machine that they take."""
    counts = {"statements": 0, "steps": 0}

    def step() -> int:
        counts["steps"] += 1
        return 0

    def taken(driver: sqlite3.Connection, *_: object) -> None:
        driver.set_progress_handler(step, 1)

    def given_back(driver: sqlite3.Connection, *_: object) -> None:
        driver.set_progress_handler(None, 1)

    with _watched(catalogue._engine, taken, given_back), asked_of(catalogue._engine) as asked:
        yield counts
    counts["statements"] = len(asked)


@contextmanager
def asked_of(engine: sa.Engine, *, values: bool = False) -> Iterator[list[str]]:
    """The statements that SQLite is asked meanwhile, and how each transaction begins; with their values on demand."""
    asked: list[str] = []

    def note(statement: str) -> None:
        if not statement.startswith(("COMMIT", "ROLLBACK")):
            asked.append(statement if values else _VALUE.sub("?", statement))

    def taken(driver: sqlite3.Connection, *_: object) -> None:
        driver.set_trace_callback(note)

    def given_back(driver: sqlite3.Connection, *_: object) -> None:
        driver.set_trace_callback(None)

    with _watched(engine, taken, given_back):
        yield asked


@contextmanager
def _watched(engine: sa.Engine, taken: Callable[..., None], given_back: Callable[..., None]) -> Iterator[None]:
    """Connections as they are taken from the engine and given back."""
    watched: tuple[tuple[str, Any], ...] = (("checkout", taken), ("checkin", given_back))
    for name, heard in watched:
        sa.event.listen(engine, name, heard)
    try:
        yield
    finally:
        for name, heard in watched:
            sa.event.remove(engine, name, heard)
