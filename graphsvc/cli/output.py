"""What a command prints: one JSON document, or text for people; progress and notes go to stderr."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, TextIO
from zoneinfo import ZoneInfo

import orjson
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from graphsvc.cli.tables import FittingTable
from graphsvc.model.instants import iso
from graphsvc.model.progress import Progress as Listener
from graphsvc.model.progress import silent

_INSTANTS = frozenset({"at", "as_of", "first_seen", "last_seen", "valid_from", "since", "until"})
_WIDTH_OF_A_FILE = 150


def stdout() -> Console:
    """Where results go."""
    return Console(width=_width(sys.stdout), highlight=False)


def stderr() -> Console:
    """Where progress and notes go."""
    return Console(stderr=True, width=_width(sys.stderr), highlight=False)


def _width(stream: TextIO) -> int | None:
    """As wide as the terminal, or as COLUMNS says; a pipe or file gets lines wide enough not to be broken."""
    return None if stream.isatty() or "COLUMNS" in os.environ else _WIDTH_OF_A_FILE


def note(text: str) -> None:
    """Say something that is not the result."""
    stderr().print(text, markup=False, soft_wrap=True)  # a link stays whole


def emit(answer: Any, *, as_json: bool, render: Callable[[Console], None]) -> None:
    """Print an answer: as exactly one JSON document, or by `render` for people."""
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(document(answer), option=orjson.OPT_INDENT_2) + b"\n")
        sys.stdout.flush()
    else:
        render(stdout())


def document(value: Any, key: str = "") -> Any:
    """A value as JSON: instants as ISO-8601 in UTC, `number_class` under its contract name `class`.

    A field that its type keeps out of its own `repr` is nobody's business here either.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return document({field.name: getattr(value, field.name) for field in fields(value) if field.repr})
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return document(value._asdict())
    if isinstance(value, dict):
        return {_name(name): document(item, name) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [document(item, key) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and _is_instant(key):
        return iso(value)
    return value


def local(instant: int | None, timezone: str) -> str:
    """An instant as people of the operator's time zone read it; a dash for none."""
    if instant is None:
        return "–"
    return datetime.fromtimestamp(instant / 1000, ZoneInfo(timezone)).strftime("%Y-%m-%d %H:%M")


def table(title: str, *columns: str) -> FittingTable:
    """An empty table with a title; signs behind a column's name: see `FittingTable`."""
    return FittingTable(title, *columns)


@contextmanager
def listening(*, quiet: bool = False) -> Iterator[Listener]:
    """A progress listener: bars on a terminal, a line a stage elsewhere."""
    if quiet:
        yield silent
    elif sys.stderr.isatty():
        with _bars() as bars:
            yield _BarListener(bars)
    else:
        listener = _LineListener()
        yield listener
        listener.close()


class _BarListener:
    def __init__(self, bars: Progress) -> None:
        self.bars = bars
        self.tasks: dict[str, Any] = {}

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        if stage not in self.tasks:
            self.tasks[stage] = self.bars.add_task(stage, total=total)
        self.bars.update(self.tasks[stage], completed=done, total=total)


class _LineListener:
    """A line when a stage begins and, for long ones, every ten seconds."""

    def __init__(self) -> None:
        self.stage = ""
        self.began = self.spoke = time.monotonic()

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        if stage != self.stage:
            self.close()
            self.stage, self.began, self.spoke = stage, now, now
        elif now - self.spoke > 10:
            self.spoke = now
            note(f"  {stage}: {done:,}" + (f" of {total:,}" if total else ""))

    def close(self) -> None:
        """Say how long the stage took."""
        if self.stage:
            note(f"  {self.stage}: {time.monotonic() - self.began:.1f} s")


def _bars() -> Progress:
    columns = (
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=stderr())


def _name(name: str) -> str:
    return "class" if name == "number_class" else name


def _is_instant(key: str) -> bool:
    return key.endswith("_at") or key in _INSTANTS
