"""Logs as lines of JSON on stderr: past-tense events with fields, and never a raw number.

Each operation of the API is one `verb_answered` line (`told`). Whatever a library puts into a message, runs of seven or
more digits are taken out on the way; stack traces stay inside unless GRAPHSVC_DEBUG is set.
"""

import logging
import sys
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


def set_up_logs(level: int = logging.INFO) -> None:
    """Send every logger's lines to stderr in this form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
