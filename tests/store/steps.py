"""What the catalogue is made to do: statements, and steps of SQLite's machine, which grow with each row it looks at."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from graphsvc.store.catalogue import Catalogue


@contextmanager
def counted(catalogue: Catalogue) -> Iterator[dict[str, int]]:
    """Statements that are asked meanwhile, and steps of SQLite's machine that they take."""
    counts = {"statements": 0, "steps": 0}

    def step() -> int:
        counts["steps"] += 1
        return 0

    def asked(_c: object, _k: object, _s: str, *_: object) -> None:
        counts["statements"] += 1

    def taken(driver: sqlite3.Connection, *_: object) -> None:
        driver.set_progress_handler(step, 1)

    def given_back(driver: sqlite3.Connection, *_: object) -> None:
        driver.set_progress_handler(None, 1)

    watched: tuple[tuple[str, Any], ...] = (
        ("before_cursor_execute", asked),
        ("checkout", taken),
        ("checkin", given_back),
    )
    for name, heard in watched:
        sa.event.listen(catalogue._engine, name, heard)
    try:
        yield counts
    finally:
        for name, heard in watched:
            sa.event.remove(catalogue._engine, name, heard)
