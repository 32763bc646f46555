"""Logs as lines of JSON on stderr: past-tense events with fields, and never a raw number.

Each operation of the API is one `verb_answered` line (`told`). Whatever a library puts into a message, runs of seven or
more digits are taken out on the way; stack traces stay inside unless GRAPHSVC_DEBUG is set.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from graphsvc.model.numbers import redact

_QUIET: Final = ("uvicorn.access", "websockets", "strawberry.execution")


class JsonLines(logging.Formatter):
    """One JSON object a record: when, how grave, who says it, and what."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without numbers and without a trace."""
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": redact(record.getMessage()),
        }
        more: dict[str, Any] = getattr(record, "said", {})
        said |= {name: redact(value) if isinstance(value, str) else value for name, value in more.items()}
        if record.exc_info and record.exc_info[0] is not None:
            said["error"] = record.exc_info[0].__name__
        return orjson.dumps(said).decode()


@contextmanager
def logs_as_lines(level: int = logging.INFO) -> Iterator[None]:
    """Until the end of the block, every logger's lines go to stderr in this form; then to where they went before."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    before, levels = root.handlers[:], {name: logging.getLogger(name).level for name in (None, *_QUIET)}
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        yield
    finally:
        root.handlers[:] = before
        for of, was in levels.items():
            logging.getLogger(of).setLevel(was)
