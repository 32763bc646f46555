"""Spans: what the service does and how long it takes, for a tracer that may have been installed; else next to nothing.

What a span may say is decided here, whatever a caller hands in: the attributes of ATTRIBUTES, as figures or as words
of ours. A text with digits in a row, or anything else that could be a number, a token or a sentence, is left out.
"""

import functools
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final, Protocol, TypeVar

Value = bool | int | float | str
Class = TypeVar("Class")

ATTRIBUTES: Final[Mapping[str, str]] = {
    "status": "http.response.status_code",
    "route": "http.route",
    "verbs": "graphsvc.verbs",
    "outcome": "graphsvc.outcome",
    "channel": "graphsvc.channel",
    "warnings": "graphsvc.warnings",
    "rows": "graphsvc.rows",
    "engine": "graphsvc.engine",
}
"""Everything that a span can carry: our name → that of the attribute. `docs/operations.md` explains them."""

_WORDS: Final = re.compile(r"(?!.*\d{3})[A-Za-z/][A-Za-z0-9_/{}.-]{0,39}(, [A-Za-z][A-Za-z0-9_/{}.-]{0,39}){0,19}")
_FIGURE_MOST: Final = 1_000_000_000
"""A whole number from here on may be somebody's telephone number, and is left out."""


class Span(Protocol):
    """Something that goes on."""

    def say(self, attribute: str, value: Value) -> None:
        """Add an attribute."""

    def fail(self, kind: str) -> None:
        """It ended with an error of this code or type; its message is nobody's business."""


class Tracer(Protocol):
    """Where spans go."""

    def span(self, name: str, came_from: str | None) -> AbstractContextManager[Span]:
        """A span around a block, within the one around it. `came_from`: the `traceparent` of who asked."""

    def current(self) -> Span:
        """The innermost span that is open here."""


_installed: Tracer | None = None


@contextmanager
def installed(tracer: Tracer) -> Iterator[None]:
    """While the block runs, spans of this process go there."""
    global _installed
    before, _installed = _installed, tracer
    try:
        yield
    finally:
        _installed = before


@contextmanager
def span(name: str, *, came_from: str | None = None, **said: Value) -> Iterator[None]:
    """A span around a block; `said` as in `note`. An error that goes through marks it, by its code."""
    if _installed is None:
        yield
        return
    with _installed.span(name, came_from) as made:
        _say(made, said)
        try:
            yield
        except BaseException as error:
            made.fail(str(getattr(error, "code", type(error).__name__)))
            raise


def note(**said: Value) -> None:
    """Say something of the span that is open here: names of ATTRIBUTES, with a figure or a word of ours."""
    if _installed is not None:
        _say(_installed.current(), said)


def traced(room: str, *verbs: str) -> Callable[[type[Class]], type[Class]]:
    """Makes each of these methods of a class a span, named `room.verb`."""

    def with_spans(cls: type[Class]) -> type[Class]:
        for verb in verbs:
            method = inspect.getattr_static(cls, verb)
            setattr(cls, verb, _as_span(f"{room}.{verb}", method))
        return cls

    return with_spans


def _as_span(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def within(*given: Any, **named: Any) -> Any:
        if _installed is None:
            return method(*given, **named)
        with span(name):
            return method(*given, **named)

    return within


def _say(open_span: Span, said: Mapping[str, Value]) -> None:
    for name, value in said.items():
        if _WORDS.fullmatch(value) if isinstance(value, str) else abs(value) < _FIGURE_MOST:
            open_span.say(ATTRIBUTES[name], value)
