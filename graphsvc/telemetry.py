"""Spans to OpenTelemetry, where its standard variables ask for them and the extra `otel` is installed.

Nothing is sent without `OTEL_TRACES_EXPORTER` or an `OTEL_EXPORTER_OTLP_ENDPOINT`. Sampling, batches, the endpoint and
its headers are the SDK's own, by the variables of its specification. It is no global provider: no library is traced.
"""

import importlib.util
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from threading import Thread
from typing import TYPE_CHECKING, Final

from graphsvc.errors import InvalidSetting
from graphsvc.tracing import Span, Value, installed

if TYPE_CHECKING:
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter

ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
OTLP: Final = "otlp"
CONSOLE: Final = "console"
NAME: Final = "graphsvc"
INSTALL: Final = "pip install 'graphsvc[otel]'"
_PARTS: Final = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")
FLUSH_S: Final = 3.0

log: Final = logging.getLogger("graphsvc.telemetry")


@dataclass(frozen=True)
class Wanted:
    """What the environment asks for."""

    exporter: str | None
    """OTLP or CONSOLE; None: no spans."""
    present: bool
    """Whether the extra is installed."""


def wanted(environment: Mapping[str, str]) -> Wanted:
    """What the standard variables say; InvalidSetting for an exporter or a protocol that there is none for."""
    present = all(_there(part) for part in _PARTS)
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return Wanted(None, present)
    given = environment.get("OTEL_TRACES_EXPORTER", "").strip().lower()
    exporter = given or (OTLP if any(environment.get(name) for name in ENDPOINTS) else "none")
    if exporter not in (OTLP, CONSOLE, "none"):
        raise InvalidSetting("OTEL_TRACES_EXPORTER is one of otlp, console, none")
    protocols = [environment.get(f"OTEL_EXPORTER_OTLP_{part}PROTOCOL") for part in ("TRACES_", "")]
    if exporter == OTLP and next(filter(None, protocols), "http/protobuf") != "http/protobuf":
        raise InvalidSetting("OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf: spans are sent over HTTP")
    return Wanted(None if exporter == "none" else exporter, present)


@contextmanager
def exported(environment: Mapping[str, str]) -> Iterator[None]:
    """While the block runs, spans go where the environment says; what is left is sent at its end, for 3 s at most."""
    asked = wanted(environment)
    if asked.exporter is None or not asked.present:
        if asked.exporter is not None:
            log.warning("tracing_not_installed advice=%s", INSTALL)
        yield
        return
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    exporter = _exporter(asked.exporter)
    processor = BatchSpanProcessor(exporter)
    provider = _provider(environment)
    provider.add_span_processor(processor)
    try:
        with installed(OpenTelemetry(provider)):
            yield
    finally:
        ending = Thread(target=processor.shutdown, daemon=True)
        ending.start()
        ending.join(FLUSH_S)
        if ending.is_alive():  # a collector that does not answer holds nobody up
            exporter.shutdown()


class OpenTelemetry:
    """The tracer whose spans are OpenTelemetry's."""

    def __init__(self, provider: "TracerProvider") -> None:
        self._tracer = provider.get_tracer(NAME)

    @contextmanager
    def span(self, name: str, came_from: str | None) -> Iterator[Span]:
        """A span around a block. What a caller says of its own trace becomes a link: it decides on no sampling here."""
        from opentelemetry.trace import SpanKind

        kind, links = (SpanKind.INTERNAL, []) if came_from is None else (SpanKind.SERVER, _links(came_from))
        with self._tracer.start_as_current_span(
            name, kind=kind, links=links, record_exception=False, set_status_on_exception=False
        ) as made:
            yield _Open(made)

    def current(self) -> Span:
        """The innermost span that is open here."""
        from opentelemetry.trace import get_current_span

        return _Open(get_current_span())


@dataclass(frozen=True)
class _Open:
    span: "trace.Span"

    def say(self, attribute: str, value: Value) -> None:
        self.span.set_attribute(attribute, value)

    def fail(self, kind: str) -> None:
        from opentelemetry.trace import Status, StatusCode

        self.span.set_attribute("error.type", kind)
        self.span.set_status(Status(StatusCode.ERROR))


def _links(traceparent: str) -> "list[trace.Link]":
    from opentelemetry.trace import Link, get_current_span
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    found = TraceContextTextMapPropagator().extract({"traceparent": traceparent})
    context = get_current_span(found).get_span_context()
    return [Link(context)] if context.is_valid else []


def _provider(environment: Mapping[str, str]) -> "TracerProvider":
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    named = "OTEL_SERVICE_NAME" in environment or "service.name=" in environment.get("OTEL_RESOURCE_ATTRIBUTES", "")
    ours = {"service.version": version(NAME)} | ({} if named else {"service.name": NAME})
    return TracerProvider(resource=Resource.create(ours), shutdown_on_exit=False)


def _exporter(name: str) -> "SpanExporter":
    if name == CONSOLE:
        from opentelemetry.sdk.trace.export import ConsoleSpanExporter

        return ConsoleSpanExporter(out=sys.stderr)
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter()


def _there(part: str) -> bool:
    try:
        return importlib.util.find_spec(part) is not None
    except ModuleNotFoundError:
        return False
