"""Spans: every request, verb, claim and analysis is one; none says a number, a token or a part of a document."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from graphsvc.api import sockets
from graphsvc.api.app import make_room
from graphsvc.checks import examine
from graphsvc.configuration import configured
from graphsvc.errors import InvalidSetting, NothingYet
from graphsvc.settings import Settings
from graphsvc.telemetry import OpenTelemetry, Wanted, wanted
from graphsvc.tracing import ATTRIBUTES, installed, note, span, traced
from graphsvc.wiring import open_service
from tests.api.clients import Client, caller
from tests.api.lines import READY, Line, talk
from tests.api.serving import served
from tests.story.feeds import DEN

pytest.importorskip("opentelemetry.sdk", reason="the extra otel is not installed")

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

ROOT = Path(__file__).parents[2]
CLAIM = """mutation Claim($key: String!) { given: claimWarnings(channel: SMS, limit: 5, leaseSeconds: 60,
  worker: "worker of canary", idempotencyKey: $key) { number } }"""
TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def kept() -> Iterator[InMemorySpanExporter]:
    """Spans as they are handed on."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with installed(OpenTelemetry(provider)):
        yield exporter


def named(spans: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {one.name: one for one in spans.get_finished_spans()}


def test_a_request_and_what_it_does_is_one_tree(busy_world: Path, kept: InMemorySpanExporter) -> None:
    with open_service(Settings(home=busy_world, api_budget=10**9)) as service:
        room = make_room(service)
        caller(room, "dispatcher").post(CLAIM, {"key": "1"})
        caller(room, "investigator").post("{ victims(first: 2) { edges { node { rank } } } service { version } }")
        first, second = (one for one in kept.get_finished_spans() if one.name == "POST /graphql")
        claim, victims = named(kept)["dispatching.claim"], named(kept)["service.victims"]
        assert claim.parent is not None
        assert first.context is not None
        assert claim.parent.span_id == first.context.span_id
        assert victims.context is not None
        assert second.context is not None
        assert victims.context.trace_id == second.context.trace_id != first.context.trace_id
        assert (first.kind, first.parent) == (SpanKind.SERVER, None)
        assert dict(first.attributes or {}) == {
            "http.route": "/graphql",
            "http.response.status_code": 200,
            "graphsvc.verbs": "claimWarnings",
            "graphsvc.outcome": "OK",
        }
        assert (second.attributes or {})["graphsvc.verbs"] == "service, victims"
        claimed = dict(claim.attributes or {})
        assert claimed.pop("graphsvc.channel") == "sms"
        assert int(str(claimed.pop("graphsvc.warnings"))) >= 0
        assert not claimed


def test_a_subscription_is_a_span_and_so_is_each_nudge(
    busy_world: Path, kept: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "LOOK_S", 0.02)
    with open_service(Settings(home=busy_world, api_budget=10**9)) as service:
        room = make_room(service)
        token = caller(room, "dispatcher", "44").token

        async def play(line: Callable[..., Line]) -> None:
            one = line(headers=[(b"host", b"api.test"), (b"traceparent", f"00-{TRACE}-b7ad6b7169203331-01".encode())])
            await one.init(token, purpose="canary purpose")
            one.subscribe(READY, region="44")
            await one.nudge()
            one.subscribe(READY, name="canary-2", region="11")
            assert (await one.message())["type"] == "error"
            one.subscribe("subscription { canary }", name="canary-3")
            assert (await one.message())["type"] == "error"

        talk(room, play)
    spans = [one for one in kept.get_finished_spans() if one.name.startswith("WebSocket")]
    said = {(one.name, str((one.attributes or {}).get("error.type"))): dict(one.attributes or {}) for one in spans}
    assert said.keys() == {
        ("WebSocket subscribe", "None"),
        ("WebSocket next", "None"),
        ("WebSocket subscribe", "FORBIDDEN"),
        ("WebSocket subscribe", "GRAPHQL_VALIDATION_FAILED"),
    }
    begun = {"http.route": "/graphql", "graphsvc.verbs": "warningsReady"}
    assert said["WebSocket next", "None"] == begun
    assert said["WebSocket subscribe", "None"] == begun | {"graphsvc.outcome": "OK"}
    assert all(one.kind is SpanKind.SERVER and one.parent is None for one in spans)
    linked = {f"{link.context.trace_id:032x}" for one in spans for link in one.links}
    assert linked == {TRACE}
    assert "canary" not in "\n".join(one.to_json() for one in spans)


def test_an_analysis_tells_its_parts(busy_world: Path, kept: InMemorySpanExporter) -> None:
    with open_service(Settings(home=busy_world)) as service:
        service.analyse(as_of=None)
    spans = named(kept)
    made = {"analysing.fold", "analysing.find", "analysing.rank", "analysing.publish", "glancing.turn_to"}
    within = {**dict.fromkeys(made, "service.analyse"), "dispatching.plan": "glancing.turn_to"}
    assert {"service.analyse", *within} <= spans.keys()
    for part, whole in within.items():
        parent, context = spans[part].parent, spans[whole].context
        assert parent is not None
        assert context is not None
        assert parent.span_id == context.span_id
    assert (spans["analysing.find"].attributes or {})["graphsvc.engine"] == "local"


def test_no_span_says_what_was_sent_or_answered(busy_world: Path, kept: InMemorySpanExporter) -> None:
    with open_service(Settings(home=busy_world, api_budget=10**9)) as service:
        room = make_room(service)
        heads = {
            "purpose": "canary purpose",
            "case-ref": "canary-case",
            "traceparent": f"00-{TRACE}-b7ad6b7169203331-01",
        }
        investigator = caller(room, "investigator")
        someone = replace(investigator, headers=heads)
        someone.post(f'query canary {{ canary: number(number: "{DEN[0]}") {{ class token }} }}')
        someone.post("query($canary: String!) { number(number: $canary) { class } }", {"canary": "+8613999999999"})
        someone.post('{ number(number: "canary") { class } network(id: "canary") { id } }')
        someone.post("{ canary }")
        someone.post('mutation { flagNumbers(numbers: ["+8613900000042"], scamType: LOAN, caseId: "canary-9") { id } }')
        Client(room, "canary-token-of-a-stranger").post("{ service { version } }")
        caller(room, "dispatcher").post(CLAIM, {"key": "canary-key"})
        feeder = caller(room, "feeder")
        heads = {"content-type": "application/x-ndjson", "feed-id": "canary", "batch-id": "canary-1"}
        feeder.send("POST", "/feeds/flags", content=f'{{"number": "{DEN[0]}"}}\n'.encode(), headers=heads)
        feeder.send("POST", "/feeds/canary", content=b"{}\n", headers=heads)
    said = "\n".join(one.to_json() for one in kept.get_finished_spans())
    assert {"POST /graphql", "POST /feeds/{feed}", "listing.numbers", "feeding.take"} <= named(kept).keys()
    assert "canary" not in said
    assert "13999999999" not in said
    assert "13900000042" not in said
    assert DEN[0].removeprefix("+86") not in said
    assert str(investigator.token) not in said
    attributes = {name for one in kept.get_finished_spans() for name in one.attributes or {}}
    assert attributes <= {*ATTRIBUTES.values(), "error.type"}
    assert not [one for one in kept.get_finished_spans() if one.events or one.status.description]
    asked = [one for one in kept.get_finished_spans() if one.links]
    assert {f"{link.context.trace_id:032x}" for one in asked for link in one.links} == {TRACE}
    assert all(one.context is not None and f"{one.context.trace_id:032x}" != TRACE for one in asked)


def test_what_fails_is_marked_by_its_code_alone(kept: InMemorySpanExporter) -> None:
    with pytest.raises(NothingYet), span("something"):
        raise NothingYet("canary +8613812345678")
    with pytest.raises(ZeroDivisionError), span("else"):
        _ = 1 / 0
    spans = named(kept)
    assert [(spans[name].attributes or {})["error.type"] for name in ("something", "else")] == [
        "NOTHING_YET",
        "ZeroDivisionError",
    ]
    assert not spans["something"].status.is_ok
    assert "canary" not in spans["something"].to_json()


@pytest.mark.parametrize(
    "value", ["13812345678", "a1234", "138-1234-5678", 13812345678, "", "a" * 41, "what, a sentence is", "Überweisung"]
)
def test_a_value_that_could_be_anybodys_is_left_out(kept: InMemorySpanExporter, value: str | int) -> None:
    with span("it", outcome=value):
        note(verbs="claimWarnings, victims", rows=10_000)
    assert dict(named(kept)["it"].attributes or {}) == {
        "graphsvc.verbs": "claimWarnings, victims",
        "graphsvc.rows": 10_000,
    }


def test_an_attribute_that_is_not_listed_is_a_fault_of_ours(kept: InMemorySpanExporter) -> None:
    with pytest.raises(KeyError), span("it", number=5):
        pass


def test_each_verb_named_is_there() -> None:
    class Desk:
        def verb(self) -> int:
            return 5

    assert traced("desk", "verb")(Desk)().verb() == 5
    with pytest.raises(AttributeError):
        traced("desk", "absent")(Desk)


@pytest.mark.parametrize(
    ("environment", "exporter"),
    [
        ({}, None),
        ({"OTEL_SERVICE_NAME": "x"}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, "otlp"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, "otlp"),
        ({"OTEL_TRACES_EXPORTER": "console"}, "console"),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, None),
        ({"OTEL_TRACES_EXPORTER": "otlp", "OTEL_SDK_DISABLED": "true"}, None),
    ],
)
def test_the_standard_variables_decide(environment: dict[str, str], exporter: str | None) -> None:
    assert wanted(environment) == Wanted(exporter, present=True)


def test_what_there_is_not_is_said(tmp_path: Path) -> None:
    for wrong in (
        {"OTEL_TRACES_EXPORTER": "zipkin"},
        {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
    ):
        with pytest.raises(InvalidSetting, match="OTEL_"):
            wanted(wrong)
    home = {"GRAPHSVC_HOME": str(tmp_path / "none")}
    secret = {"OTEL_EXPORTER_OTLP_ENDPOINT": "https://canary@x", "OTEL_EXPORTER_OTLP_HEADERS": "key=canary"}
    for more, status in (({}, "ok"), (secret, "ok"), ({"OTEL_TRACES_EXPORTER": "zipkin"}, "fail")):
        found = configured({**home, **more})
        (check,) = (one for one in examine(found.settings, found) if one.name == "traces")
        assert check.status == status
        assert "canary" not in check.found + check.advice


def test_without_being_asked_for_nothing_of_it_is_imported() -> None:
    looked = "import sys, graphsvc.asgi, graphsvc.cli.commands, graphsvc.api.app; print('opentelemetry' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", looked], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"


def test_the_documents_name_each_attribute() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    assert not [name for name in ATTRIBUTES.values() if f"`{name}`" not in page]


def test_a_served_request_reaches_a_collector(busy_world: Path) -> None:
    taken: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *said: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Collector) as collector:
        serving = Thread(target=collector.serve_forever)
        serving.start()
        try:
            address = f"http://127.0.0.1:{collector.server_port}"
            variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": address, "OTEL_EXPORTER_OTLP_COMPRESSION": "none"}
            with served(busy_world, **variables) as server:
                server.post(f'{{ number(number: "{DEN[0]}") {{ class }} }}').raise_for_status()
        finally:
            collector.shutdown()
            serving.join()
    assert {path for path, _ in taken} == {"/v1/traces"}
    sent = b"".join(body for _, body in taken)
    for name in (b"POST /graphql", b"service.name", b"graphsvc", b"graphsvc.verbs"):
        assert name in sent
    assert DEN[0].removeprefix("+86").encode() not in sent
    assert server.token.encode() not in sent
